import { describe, expect, it } from "vitest";
import { decodeClientRequest, parseMessage, requestGate } from "../src/index.ts";

/** What a server answers to a line before its handler runs: an error text, the decoded params, or nothing at all. */
function answer(line: string, experimentalApi = true): unknown {
  const message = parseMessage(line);
  if (message?.kind !== "request") {
    return undefined;
  }
  try {
    const { method, params } = decodeClientRequest(message.method, message.params, message.numbers);
    const reason = experimentalApi ? null : requestGate(method, params);
    return reason === null ? params : `${reason} requires experimentalApi capability`;
  } catch (error) {
    return `Invalid request: ${(error as Error).message}`;
  }
}

function send(method: string, params: string, experimentalApi = true): unknown {
  return answer(`{"id":1,"method":${JSON.stringify(method)},"params":${params}}`, experimentalApi);
}

const refusals: readonly (readonly [method: string, params: string, text: string])[] = [
  ["thread/read", "{}", "missing field `threadId`"],
  [
    "initialize",
    '{"clientInfo":{"name":"a","version":"1"},"capabilities":{"experimentalApi":null}}',
    "invalid type: null, expected a boolean",
  ],
  ["model/list", '{"limit":1e2}', "invalid type: floating point `100.0`, expected u32"],
  ["model/list", '{"limit":18446744073709551615}', "invalid value: integer `18446744073709551615`, expected u32"],
  ["model/list", '{"limit":-9223372036854775808}', "invalid value: integer `-9223372036854775808`, expected u32"],
  [
    "command/exec",
    '{"command":[],"timeoutMs":9223372036854775808}',
    "invalid value: integer `9223372036854775808`, expected i64",
  ],
  [
    "command/exec",
    '{"command":[],"outputBytesCap":18446744073709551616}',
    "invalid type: floating point `1.8446744073709552e+19`, expected usize",
  ],
  ["thread/read", '{"threadId":123456789012345678}', "invalid type: integer `123456789012345678`, expected a string"],
  ["thread/read", '{"threadId":-0}', "invalid type: floating point `-0.0`, expected a string"],
  ["account/read", "1.0", "invalid type: floating point `1.0`, expected struct GetAccountParams"],
  [
    "account/read",
    "-9223372036854775809",
    "invalid type: floating point `-9.223372036854776e+18`, expected struct GetAccountParams",
  ],
  ["account/read", "1e15", "invalid type: floating point `1000000000000000.0`, expected struct GetAccountParams"],
  ["account/read", "1e16", "invalid type: floating point `1e+16`, expected struct GetAccountParams"],
  ["account/read", "0.00001", "invalid type: floating point `0.00001`, expected struct GetAccountParams"],
  ["account/read", "0.000001", "invalid type: floating point `1e-6`, expected struct GetAccountParams"],
  ["account/read", "1e-400", "invalid type: floating point `0.0`, expected struct GetAccountParams"],
  ["account/read", '{"refreshToken":99999999999999999999}', "invalid type: floating point `1e+20`, expected a boolean"],
  [
    "account/read",
    '"a\\u0000\\u0007\\u007f\\t\\n\\r\'\\"\\\\\\u00a0\\u200b\\u0301é"',
    'invalid type: string "a\\0\\u{7}\\u{7f}\\t\\n\\r\'\\"\\\\\\u{a0}\\u{200b}\\u{301}é", expected struct GetAccountParams',
  ],
  [
    "turn/start",
    '{"threadId":"x","input":[],"collaborationMode":["text"]}',
    "unknown variant `text`, expected one of `plan`, `code`, `custom`, `default`, `execute`, `pair_programming`",
  ],
  [
    "turn/start",
    '{"threadId":"x","input":[],"approvalsReviewer":"text"}',
    "unknown variant `text`, expected one of `user`, `auto_review`, `guardian_subagent`",
  ],
  ["model/list", '{"limit":-1}', "invalid value: integer `-1`, expected u32"],
  ["model/list", '{"limit":"1"}', 'invalid type: string "1", expected u32'],
  ["model/list", "[]", "invalid length 0, expected struct ModelListParams with 3 elements"],
  ["model/list", '"x"', 'invalid type: string "x", expected struct ModelListParams'],
  ["model/list", "null", "missing field `params`"],
  ["thread/list", '{"cwd":3}', "data did not match any variant of untagged enum ThreadListCwdFilter"],
  [
    "getConversationSummary",
    '["text"]',
    "data did not match any variant of untagged enum GetConversationSummaryParams",
  ],
  ["gitDiffToRemote", '{"cwd":[]}', "invalid type: sequence, expected path string"],
  ["thread/read", '{"threadId":"t","includeTurns":null}', "invalid type: null, expected a boolean"],
  [
    "turn/start",
    '{"threadId":"t","input":[{"type":"video"}]}',
    "unknown variant `video`, expected one of `text`, `image`, `localImage`, `skill`, `mention`",
  ],
  ["turn/start", '{"threadId":"t","input":[{"text":"x"}]}', "missing field `type`"],
  ["turn/start", '{"threadId":"t","input":{}}', "invalid type: map, expected a sequence"],
  ["thread/start", '{"approvalPolicy":"granular"}', "invalid type: unit variant, expected struct variant"],
  ["thread/start", '{"approvalPolicy":3}', "invalid type: integer `3`, expected string or map"],
  ["thread/start", '{"approvalPolicy":{}}', "invalid value: map, expected map with a single key"],
  [
    "thread/start",
    '{"approvalPolicy":{"reject":{}}}',
    "unknown variant `reject`, expected one of `untrusted`, `on-failure`, `on-request`, `granular`, `never`",
  ],
  ["thread/start", '{"approvalPolicy":{"granular":{}}}', "missing field `sandbox_approval`"],
  ["thread/start", '{"serviceTier":"turbo"}', "unknown variant `turbo`, expected `fast` or `flex`"],
  ["thread/start", '{"model":1,"sandbox":"x"}', "invalid type: integer `1`, expected a string"],
  [
    "thread/start",
    '{"sandbox":"x","model":1}',
    "unknown variant `x`, expected one of `read-only`, `workspace-write`, `danger-full-access`",
  ],
  ["thread/start", '{"permissionProfile":{"network":null}}', "missing field `type`"],
  ["account/logout", '{"a":1}', "invalid type: map, expected unit"],
  ["fs/readFile", '{"path":"~/x"}', "AbsolutePathBuf deserialized without a base path"],
  ["fs/readFile", '{"path":3}', "invalid type: integer `3`, expected path string"],
];

describe("params written as a list", () => {
  it.each([
    ["skills/list", "[]", { cwds: [], forceReload: false }],
    ["review/start", '["x",{"type":"uncommittedChanges"}]', { threadId: "x", target: { type: "uncommittedChanges" } }],
  ])("of %s may leave out what has a default: %s", (method, params, read) => {
    expect(send(method, params)).toMatchObject(read);
  });
});

describe("a request of the wrong shape", () => {
  it.each(refusals)("%s %s is refused: %s", (method, params, text) => {
    expect(send(method, params)).toBe(`Invalid request: ${text}`);
  });

  it("vector 9: with a whole number written as a fraction is refused", () => {
    expect(send("model/list", '{"limit":1.0}')).toBe(
      "Invalid request: invalid type: floating point `1.0`, expected u32",
    );
  });

  it("vector 35: of an unknown method is refused with the list of all 89", () => {
    const text = send("newConversation", "{}");
    expect(text).toMatch(
      /^Invalid request: unknown variant `newConversation`, expected one of `initialize`, `thread\/start`, /,
    );
    expect(String(text).split("`, `")).toHaveLength(89);
  });
});

describe("a request without the experimental capability", () => {
  const granular = '{"granular":{"sandbox_approval":true,"rules":true,"mcp_elicitations":true}}';
  const gates: readonly (readonly [method: string, params: string, reason: string])[] = [
    ["mock/experimentalMethod", "{}", "mock/experimentalMethod"],
    ["memory/reset", "null", "memory/reset"],
    ["thread/start", '{"persistExtendedHistory":true}', "thread/start.persistFullHistory"],
    ["thread/start", `{"dynamicTools":[],"approvalPolicy":${granular}}`, "askForApproval.granular"],
    ["thread/start", '{"dynamicTools":[]}', "thread/start.dynamicTools"],
    ["thread/resume", '{"threadId":"t","history":[]}', "thread/resume.history"],
    ["thread/fork", '{"threadId":"t","path":"/x"}', "thread/fork.path"],
    ["turn/start", '{"threadId":"t","input":[],"environments":[]}', "turn/start.environments"],
    [
      "turn/steer",
      '{"threadId":"t","input":[],"expectedTurnId":"u","responsesapiClientMetadata":{}}',
      "turn/steer.responsesapiClientMetadata",
    ],
    [
      "account/login/start",
      '{"type":"chatgptAuthTokens","accessToken":"a","chatgptAccountId":"b"}',
      "account/login/start.chatgptAuthTokens",
    ],
  ];
  it.each(gates)("%s %s is refused", (method, params, reason) => {
    expect(send(method, params, false)).toBe(`${reason} requires experimentalApi capability`);
  });

  it.each([
    ["thread/start", '{"persistExtendedHistory":false,"environments":null,"approvalPolicy":"never"}'],
    ["account/login/start", '{"type":"apiKey","apiKey":"k"}'],
    ["turn/start", '{"threadId":"t","input":[]}'],
  ])("%s %s passes", (method, params) => {
    expect(send(method, params, false)).toBeTypeOf("object");
  });
});

describe("a request in an unusual spelling", () => {
  it("vector 10: may list a struct's fields", () => {
    expect(send("model/list", "[null,null,null]")).toEqual({ cursor: null, limit: null, includeHidden: null });
  });
  it("may write a bare enum value as a map with one key", () => {
    expect(send("thread/start", '{"approvalPolicy":{"never":null}}')).toMatchObject({ approvalPolicy: "never" });
  });
  it("may leave out, null or empty the params of a method that takes none", () => {
    expect(answer('{"id":1,"method":"account/logout"}')).toBeUndefined();
    expect(send("account/logout", "null")).toBeUndefined();
    expect(send("account/logout", "{}")).toBeUndefined();
  });
  it("keeps the last of two members with one name", () => {
    expect(send("model/list", '{"limit":1,"limit":2}')).toMatchObject({ limit: 2 });
  });
  it("ignores members it does not know", () => {
    expect(send("thread/read", '{"threadId":"t","future":{}}')).toEqual({ threadId: "t", includeTurns: false });
  });
});

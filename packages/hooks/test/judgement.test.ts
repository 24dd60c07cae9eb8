import { describe, expect, it } from "vitest";
import {
  aggregatePermissionRequest,
  aggregatePostToolUse,
  aggregatePreToolUse,
  aggregateSessionStart,
  aggregateStop,
  aggregateUserPromptSubmit,
  type HandlerResult,
  type Judgement,
  judgePermissionRequest,
  judgePostToolUse,
  judgePreToolUse,
  judgeSessionStart,
  judgeStop,
  judgeUserPromptSubmit,
} from "../src/index.ts";
import { said, shown, specific } from "./vectors.ts";

const judges: Record<string, (result: HandlerResult) => Judgement<unknown>> = {
  SessionStart: judgeSessionStart,
  UserPromptSubmit: judgeUserPromptSubmit,
  PreToolUse: judgePreToolUse,
  PermissionRequest: judgePermissionRequest,
  PostToolUse: judgePostToolUse,
  Stop: judgeStop,
};

/** event, exit code, stdout, stderr, status and entries */
type Vector = readonly [string, number | null, unknown, string, readonly string[]];

const error = (text: string): readonly string[] => ["failed", `error:${text}`];
const pre = (fields: object): object => specific("PreToolUse", fields);
const permission = (decision: unknown): object => specific("PermissionRequest", { decision });
const unsupported = (event: string, what: string) => error(`${event} hook returned unsupported ${what}`);

const vectors: readonly Vector[] = [
  // Rules that all events share.
  ...Object.keys(judges).flatMap((event): Vector[] => [
    [event, 0, "", "ignored", ["completed"]],
    [event, 0, " \n\t ", "", ["completed"]],
    [event, 3, "ignored", "ignored", error("hook exited with code 3")],
    [event, null, "", "", error("hook exited without a status code")],
    [event, 0, { systemMessage: "look" }, "", ["completed", "warning:look"]],
    [event, 0, { systemMessage: null, stopReason: null, continue: true }, "", ["completed"]],
  ]),
  ...[
    ["SessionStart", "session start"],
    ["UserPromptSubmit", "user prompt submit"],
    ["PreToolUse", "pre-tool-use"],
    ["PermissionRequest", "permission-request"],
    ["PostToolUse", "post-tool-use"],
    ["Stop", "stop hook"],
  ].flatMap(([event = "", label]): Vector[] =>
    [
      '{"a":',
      "[1,2]",
      { foo: 1 },
      { continue: null },
      { suppressOutput: null },
      { continue: "no" },
      { systemMessage: 1 },
      { hookSpecificOutput: { additionalContext: "no name" } },
      { hookSpecificOutput: { hookEventName: "Nonsense" } },
      { hookSpecificOutput: { hookEventName: event, surprise: 1 } },
      "{} trailing",
      "{'a':1}",
      '{"continue":true,}',
      '{"continue":true}\0',
      '{"__proto__":1}',
      '{"systemMessage":"\\ud800"}',
      '{"systemMessage":"tab\tinside"}',
      `{"systemMessage":${"[".repeat(200)}${"]".repeat(200)}}`,
    ].map((stdout): Vector => [event, 0, stdout, "", error(`hook returned invalid ${label} JSON output`)]),
  ),
  // SessionStart (§6.4)
  ["SessionStart", 0, "  remember A \n", "", ["completed", "context:remember A"]],
  ["SessionStart", 0, "true", "", ["completed", "context:true"]],
  [
    "SessionStart",
    0,
    specific("SessionStart", { additionalContext: "remember B" }),
    "",
    ["completed", "context:remember B"],
  ],
  [
    "SessionStart",
    0,
    specific("Stop", { additionalContext: "another name" }),
    "",
    ["completed", "context:another name"],
  ],
  ["SessionStart", 0, { continue: false }, "", ["stopped"]],
  ["SessionStart", 0, { suppressOutput: true }, "", ["completed"]],
  [
    "SessionStart",
    0,
    {
      ...specific("SessionStart", { additionalContext: "cx" }),
      continue: false,
      stopReason: "nope",
      systemMessage: "w",
    },
    "",
    ["stopped", "warning:w", "context:cx", "stop:nope"],
  ],
  ["SessionStart", 0, { decision: "block", reason: "x" }, "", error("hook returned invalid session start JSON output")],
  ["SessionStart", 2, "", "reason", error("hook exited with code 2")],
  // UserPromptSubmit (§6.5)
  ["UserPromptSubmit", 0, "note", "", ["completed", "context:note"]],
  [
    "UserPromptSubmit",
    0,
    { decision: "block", reason: "secret", ...specific("UserPromptSubmit", { additionalContext: "why" }) },
    "",
    ["blocked", "context:why", "feedback:secret"],
  ],
  ["UserPromptSubmit", 0, { decision: "block", reason: " as written " }, "", ["blocked", "feedback: as written "]],
  [
    "UserPromptSubmit",
    0,
    { decision: "block", reason: " ", ...specific("UserPromptSubmit", { additionalContext: "why" }) },
    "",
    error("UserPromptSubmit hook returned decision:block without a non-empty reason"),
  ],
  [
    "UserPromptSubmit",
    0,
    { decision: "block" },
    "",
    error("UserPromptSubmit hook returned decision:block without a non-empty reason"),
  ],
  ["UserPromptSubmit", 0, { reason: "alone" }, "", ["completed"]],
  ["UserPromptSubmit", 0, { continue: false, stopReason: "halt" }, "", ["stopped", "stop:halt"]],
  ["UserPromptSubmit", 0, { decision: "approve" }, "", error("hook returned invalid user prompt submit JSON output")],
  ["UserPromptSubmit", 2, "ignored", " no \n", ["blocked", "feedback:no"]],
  [
    "UserPromptSubmit",
    2,
    "",
    " ",
    error("UserPromptSubmit hook exited with code 2 but did not write a blocking reason to stderr"),
  ],
  // PreToolUse (§6.6)
  ["PreToolUse", 2, "", "  no way \n", ["blocked", "feedback:no way"]],
  ["PreToolUse", 2, "", "", error("PreToolUse hook exited with code 2 but did not write a blocking reason to stderr")],
  [
    "PreToolUse",
    0,
    pre({ permissionDecision: "deny", permissionDecisionReason: " policy " }),
    "",
    ["blocked", "feedback:policy"],
  ],
  ["PreToolUse", 0, pre({ permissionDecision: "allow" }), "", unsupported("PreToolUse", "permissionDecision:allow")],
  ["PreToolUse", 0, pre({ permissionDecision: "ask" }), "", unsupported("PreToolUse", "permissionDecision:ask")],
  [
    "PreToolUse",
    0,
    pre({ permissionDecision: "deny" }),
    "",
    error("PreToolUse hook returned permissionDecision:deny without a non-empty permissionDecisionReason"),
  ],
  [
    "PreToolUse",
    0,
    pre({ permissionDecisionReason: "r" }),
    "",
    error("PreToolUse hook returned permissionDecisionReason without permissionDecision"),
  ],
  ["PreToolUse", 0, pre({ updatedInput: { command: "x" } }), "", unsupported("PreToolUse", "updatedInput")],
  [
    "PreToolUse",
    0,
    pre({ updatedInput: { command: "x" }, permissionDecision: "deny", permissionDecisionReason: "r" }),
    "",
    unsupported("PreToolUse", "updatedInput"),
  ],
  ["PreToolUse", 0, pre({ additionalContext: "c" }), "", unsupported("PreToolUse", "additionalContext")],
  ["PreToolUse", 0, pre({ additionalContext: " " }), "", ["completed"]],
  ["PreToolUse", 0, pre({}), "", ["completed"]],
  [
    "PreToolUse",
    0,
    { ...pre({ permissionDecision: null }), decision: "block", reason: "legacy beside" },
    "",
    ["blocked", "feedback:legacy beside"],
  ],
  ["PreToolUse", 0, { ...pre({ additionalContext: "" }), decision: "block", reason: "unread" }, "", ["completed"]],
  ["PreToolUse", 0, { decision: "block", reason: " legacy " }, "", ["blocked", "feedback:legacy"]],
  [
    "PreToolUse",
    0,
    { decision: "block", reason: " " },
    "",
    error("PreToolUse hook returned decision:block without a non-empty reason"),
  ],
  ["PreToolUse", 0, { decision: "approve" }, "", unsupported("PreToolUse", "decision:approve")],
  ["PreToolUse", 0, { reason: "r" }, "", error("PreToolUse hook returned reason without decision")],
  [
    "PreToolUse",
    0,
    { continue: false, stopReason: "x", suppressOutput: true, systemMessage: "w" },
    "",
    ["failed", "warning:w", "error:PreToolUse hook returned unsupported continue:false"],
  ],
  ["PreToolUse", 0, { stopReason: "x", suppressOutput: true }, "", unsupported("PreToolUse", "stopReason")],
  [
    "PreToolUse",
    0,
    { suppressOutput: true, decision: "block", reason: "r" },
    "",
    unsupported("PreToolUse", "suppressOutput"),
  ],
  ["PreToolUse", 0, "just text", "", ["completed"]],
  ["PreToolUse", 0, '"deny"', "", ["completed"]],
  // PermissionRequest (§6.7)
  ["PermissionRequest", 0, permission({ behavior: "allow" }), "", ["completed"]],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "deny", message: " not today " }),
    "",
    ["blocked", "feedback:not today"],
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "deny" }),
    "",
    ["blocked", "feedback:PermissionRequest hook denied approval"],
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "deny", message: " " }),
    "",
    ["blocked", "feedback:PermissionRequest hook denied approval"],
  ],
  ["PermissionRequest", 0, permission(null), "", ["completed"]],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "allow", updatedInput: null, updatedPermissions: null, message: null }),
    "",
    ["completed"],
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "allow", updatedInput: {} }),
    "",
    unsupported("PermissionRequest", "updatedInput"),
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "deny", updatedInput: {}, interrupt: true }),
    "",
    unsupported("PermissionRequest", "updatedInput"),
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "allow", updatedPermissions: [], interrupt: true }),
    "",
    unsupported("PermissionRequest", "updatedPermissions"),
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "deny", interrupt: true }),
    "",
    unsupported("PermissionRequest", "interrupt:true"),
  ],
  [
    "PermissionRequest",
    0,
    permission({ behavior: "ask" }),
    "",
    error("hook returned invalid permission-request JSON output"),
  ],
  [
    "PermissionRequest",
    0,
    permission({ message: "no behavior" }),
    "",
    error("hook returned invalid permission-request JSON output"),
  ],
  [
    "PermissionRequest",
    0,
    { decision: "block", reason: "x" },
    "",
    error("hook returned invalid permission-request JSON output"),
  ],
  [
    "PermissionRequest",
    0,
    { continue: false, ...permission({ behavior: "allow" }) },
    "",
    unsupported("PermissionRequest", "continue:false"),
  ],
  [
    "PermissionRequest",
    0,
    { stopReason: "s", ...permission({ behavior: "allow" }) },
    "",
    unsupported("PermissionRequest", "stopReason"),
  ],
  [
    "PermissionRequest",
    0,
    { suppressOutput: true, ...permission({ behavior: "deny" }) },
    "",
    unsupported("PermissionRequest", "suppressOutput"),
  ],
  ["PermissionRequest", 0, "allow", "", ["completed"]],
  ["PermissionRequest", 2, permission({ behavior: "allow" }), " no \n", ["blocked", "feedback:no"]],
  [
    "PermissionRequest",
    2,
    "",
    "",
    error("PermissionRequest hook exited with code 2 but did not write a denial reason to stderr"),
  ],
  // PostToolUse (§6.8)
  [
    "PostToolUse",
    0,
    { decision: "block", reason: "bad output", ...specific("PostToolUse", { additionalContext: "ctx A" }) },
    "",
    ["blocked", "context:ctx A", "feedback:bad output"],
  ],
  ["PostToolUse", 0, specific("PostToolUse", { additionalContext: "c" }), "", ["completed", "context:c"]],
  ["PostToolUse", 2, "", " fb B ", ["completed", "feedback:fb B"]],
  ["PostToolUse", 2, "", "", error("PostToolUse hook exited with code 2 but did not write feedback to stderr")],
  ["PostToolUse", 0, { continue: false, stopReason: "halt", reason: "model text" }, "", ["stopped", "stop:halt"]],
  ["PostToolUse", 0, { continue: false }, "", ["stopped", "stop:PostToolUse hook stopped execution"]],
  [
    "PostToolUse",
    0,
    { continue: false, suppressOutput: true, ...specific("PostToolUse", { additionalContext: "c" }) },
    "",
    ["stopped", "stop:PostToolUse hook stopped execution"],
  ],
  ["PostToolUse", 0, { suppressOutput: true }, "", unsupported("PostToolUse", "suppressOutput")],
  [
    "PostToolUse",
    0,
    specific("PostToolUse", { updatedMCPToolOutput: 1, additionalContext: "c" }),
    "",
    unsupported("PostToolUse", "updatedMCPToolOutput"),
  ],
  [
    "PostToolUse",
    0,
    { decision: "block" },
    "",
    error("PostToolUse hook returned decision:block without a non-empty reason"),
  ],
  ["PostToolUse", 0, { reason: "r" }, "", error("PostToolUse hook returned reason without decision")],
  ["PostToolUse", 0, "text", "", ["completed"]],
  // Stop (§6.9)
  ["Stop", 0, "hello", "", error("hook returned invalid stop hook JSON output")],
  ["Stop", 0, "true", "", error("hook returned invalid stop hook JSON output")],
  ["Stop", 0, { decision: "block", reason: " go on " }, "", ["blocked", "feedback:go on"]],
  ["Stop", 0, { decision: "block" }, "", error("Stop hook returned decision:block without a non-empty reason")],
  ["Stop", 0, { continue: false, stopReason: "done", decision: "block", reason: "go" }, "", ["stopped", "stop:done"]],
  ["Stop", 0, { continue: false }, "", ["stopped"]],
  ["Stop", 0, { reason: "ignored" }, "", ["completed"]],
  ["Stop", 0, { suppressOutput: true }, "", ["completed"]],
  ["Stop", 2, "", " first\n", ["blocked", "feedback:first"]],
  ["Stop", 2, "", "", error("Stop hook exited with code 2 but did not write a continuation prompt to stderr")],
];

describe("what a handler says", () => {
  it.each(
    vectors.map(
      vector => [`${vector[0]} → ${vector[1]} / ${JSON.stringify(vector[2])} / ${vector[3]}`, vector] as const,
    ),
  )("%s", (_name, [event, exitCode, stdout, stderr, expected]) => {
    expect(shown(judges[event]!(said(exitCode, stdout, stderr)))).toEqual(expected);
  });

  it("that broke contributes nothing, whatever it wrote", () => {
    for (const judge of Object.values(judges)) {
      const broken = { ...said(0, { decision: "block", reason: "x" }), error: "hook timed out after 1s" };
      expect(judge(broken)).toEqual({
        status: "failed",
        entries: [{ kind: "error", text: "hook timed out after 1s" }],
      });
    }
  });

  it("is trimmed of Unicode's white space, and of nothing else", () => {
    expect(shown(judgeSessionStart(said(0, "\u0085\u3000 text \u2028")))).toEqual(["completed", "context:text"]);
    expect(shown(judgeSessionStart(said(0, "\uFEFF{}")))).toEqual(["completed", "context:\uFEFF{}"]);
  });
});

describe("an input that a hook replaces", () => {
  const rule = { allowed: true, check: (input: unknown) => (typeof input === "object" ? null : "it is no object") };
  const input = { command: "ls" };

  it.each([
    [pre({ updatedInput: input }), ["completed"], { updatedInput: input }],
    [pre({ updatedInput: input, permissionDecision: "allow" }), ["completed"], { updatedInput: input }],
    [
      pre({ updatedInput: input, permissionDecision: "deny", permissionDecisionReason: "no" }),
      ["blocked", "feedback:no"],
      { block: "no" },
    ],
    [
      pre({ updatedInput: "x", permissionDecision: "deny", permissionDecisionReason: "no" }),
      ["blocked", "feedback:no"],
      { block: "no" },
    ],
    [
      pre({ updatedInput: input, permissionDecision: "ask" }),
      unsupported("PreToolUse", "permissionDecision:ask"),
      undefined,
    ],
    [pre({ permissionDecision: "allow" }), unsupported("PreToolUse", "permissionDecision:allow"), undefined],
    [
      pre({ updatedInput: 5 }),
      error("PreToolUse hook returned an updatedInput that cannot be used: it is no object"),
      undefined,
    ],
  ])("in PreToolUse: %j", (stdout, expected, effect) => {
    const judgement = judgePreToolUse(said(0, stdout), rule);
    expect(shown(judgement)).toEqual(expected);
    expect(judgement.effect).toEqual(effect);
  });

  it.each([
    [{ behavior: "allow", updatedInput: input }, ["completed"], { behavior: "replace", input }],
    [
      { behavior: "deny", message: "no", updatedInput: input },
      ["blocked", "feedback:no"],
      { behavior: "deny", message: "no" },
    ],
    [
      { behavior: "allow", updatedInput: 5 },
      error("PermissionRequest hook returned an updatedInput that cannot be used: it is no object"),
      undefined,
    ],
    [
      { behavior: "allow", updatedInput: input, interrupt: true },
      unsupported("PermissionRequest", "interrupt:true"),
      undefined,
    ],
  ])("in PermissionRequest: %j", (decision, expected, effect) => {
    const judgement = judgePermissionRequest(said(0, permission(decision)), rule);
    expect(shown(judgement)).toEqual(expected);
    expect(judgement.effect).toEqual(effect);
  });

  it("is refused where the tool's input cannot be replaced, and where the handler may not", () => {
    for (const refused of [
      { allowed: true, check: undefined },
      { allowed: false, check: rule.check },
    ]) {
      expect(shown(judgePreToolUse(said(0, pre({ updatedInput: input })), refused))).toEqual(
        unsupported("PreToolUse", "updatedInput"),
      );
    }
  });
});

describe("what handlers come to together", () => {
  it("PermissionRequest: the first denial, else an approval, else nothing", () => {
    const allow = { behavior: "allow" } as const;
    const deny = (message: string) => ({ behavior: "deny", message }) as const;
    const replace = { behavior: "replace", input: 1 } as const;
    expect(aggregatePermissionRequest([allow, deny("m"), allow])).toEqual({ decision: deny("m") });
    expect(aggregatePermissionRequest([deny("a"), deny("b")])).toEqual({ decision: deny("a") });
    expect(aggregatePermissionRequest([allow, allow])).toEqual({ decision: allow });
    expect(aggregatePermissionRequest([allow, replace])).toEqual({ decision: replace });
    expect(aggregatePermissionRequest([replace, deny("a")])).toEqual({ decision: deny("a") });
    expect(aggregatePermissionRequest([])).toEqual({ decision: null });
  });

  it("PreToolUse: the first block wins over every replacement; of replacements the first", () => {
    expect(aggregatePreToolUse([{ updatedInput: 1 }, { block: "a" }, { block: "b" }])).toEqual({
      block: "a",
      replacement: null,
    });
    expect(aggregatePreToolUse([{ updatedInput: 1 }, { updatedInput: 2 }])).toEqual({
      block: null,
      replacement: { input: 1 },
    });
    expect(aggregatePreToolUse([])).toEqual({ block: null, replacement: null });
  });

  it("PostToolUse: contexts in order, feedback joined with a blank line", () => {
    expect(
      aggregatePostToolUse([
        { context: "ctx A", feedback: "bad output", stopped: false },
        { context: null, feedback: "fb B", stopped: false },
      ]),
    ).toEqual({ contexts: ["ctx A"], feedback: "bad output\n\nfb B" });
    expect(aggregatePostToolUse([])).toEqual({ contexts: [], feedback: null });
  });

  it("PostToolUse: the model reads the reason of a stop, or else what stopped it", () => {
    expect(judgePostToolUse(said(0, { continue: false, stopReason: "halt", reason: " model text " })).effect).toEqual({
      context: null,
      feedback: "model text",
      stopped: true,
    });
    expect(judgePostToolUse(said(0, { continue: false, stopReason: "halt", reason: " " })).effect?.feedback).toBe(
      "halt",
    );
  });

  it("SessionStart and UserPromptSubmit: all contexts, and one stop is enough", () => {
    const effects = [
      { context: "a", stop: null },
      { context: null, stop: { reason: "x" } },
      { context: "b", stop: null },
    ];
    expect(aggregateSessionStart(effects)).toEqual({ contexts: ["a", "b"], stop: { reason: "x" } });
    expect(aggregateUserPromptSubmit(effects)).toEqual({ contexts: ["a", "b"], stop: { reason: "x" } });
    expect(aggregateSessionStart([])).toEqual({ contexts: [], stop: null });
  });

  it("Stop: a stop wins over every block; otherwise one fragment a block", () => {
    const block = (text: string, runId: string) => ({ effect: { block: text }, runId });
    expect(aggregateStop([block("go", "stop:0:/h"), block("on", "stop:1:/h")])).toEqual({
      stop: null,
      fragments: [
        { text: "go", hookRunId: "stop:0:/h" },
        { text: "on", hookRunId: "stop:1:/h" },
      ],
    });
    expect(
      aggregateStop([block("go", "stop:0:/h"), { effect: { stop: { reason: "done" } }, runId: "stop:1:/h" }]),
    ).toEqual({
      stop: { reason: "done" },
      fragments: [],
    });
  });
});

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Reply, ReplyEvent } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { clientFor, closeServers, collect, promptFor, sample, serve } from "./support/run.ts";

afterEach(closeServers);

const failed = (code: string, message = code): Reply => ({ failed: { code, message } });
const error = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  body,
  headers,
});
const created: ReplyEvent = { type: "response.created", response: { id: "r" } };
const HIGH_DEMAND = "We're currently experiencing high demand, which may cause temporary errors.";
const CAPACITY = "Selected model is at capacity. Please try a different model.";

/** Name, replies in order (the last one repeats), requests that are made, final text (null: it works in the end). */
const table: [name: string, replies: Reply[], posts: number, message: string | null | RegExp][] = [
  [
    "a failed context window ends at once",
    [failed("context_length_exceeded")],
    1,
    "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
  ],
  ["an unknown failure is retried", [failed("weird", "boom")], 2, "stream disconnected before completion: boom"],
  [
    "a stream that closes after created is retried",
    [{ events: [created] }],
    2,
    "stream disconnected before completion: stream closed before response.completed",
  ],
  [
    "an incomplete response is retried",
    [{ incomplete: { reason: "max_output_tokens" } }],
    2,
    "stream disconnected before completion: Incomplete response returned, reason: max_output_tokens",
  ],
  [
    "400 shows the body as it stands",
    [error(400, '{"error": {"message": "bad req"}}')],
    1,
    '{"error": {"message": "bad req"}}',
  ],
  [
    "401 without recovery is retried and names the request",
    [error(401, { error: { message: "unauth" } }, { "x-request-id": "req1" })],
    2,
    /^unexpected status 401 Unauthorized: unauth, url: http:\/\/127\.0\.0\.1:\d+\/v1\/responses, request id: req1$/,
  ],
  [
    "404 without a body",
    [error(404, "")],
    2,
    /^unexpected status 404 Not Found: Unknown error, url: http:\S+\/v1\/responses$/,
  ],
  [
    "429 is final",
    [error(429, {}, { "x-request-id": "rq" })],
    1,
    "exceeded retry limit, last status: 429 Too Many Requests, request id: rq",
  ],
  [
    "429 with a reached limit of the plus plan",
    [error(429, { error: { type: "usage_limit_reached", plan_type: "plus" } })],
    1,
    /^You've hit your usage limit\. Upgrade to Pro .* purchase more credits or try again later\.$/,
  ],
  [
    "429 with a limit of its own name",
    [
      error(
        429,
        { error: { type: "usage_limit_reached", plan_type: "plus" } },
        {
          "x-codex-active-limit": "codex_other",
          "x-codex-other-limit-name": "Foo Limit",
          "x-codex-other-primary-used-percent": "99",
        },
      ),
    ],
    1,
    "You've hit your usage limit for Foo Limit. Switch to another model now, or try again later.",
  ],
  ["500 is retried on both levels", [error(500, "oops")], 4, HIGH_DEMAND],
  ["503 slow_down is retried by request only", [error(503, { error: { code: "slow_down" } })], 2, CAPACITY],
  ["500 then an answer is no error at all", [error(500, "oops"), { text: "ok" }], 2, null],
];

describe("known answers of the server", () => {
  it.each(table)("%s", async (_name, replies, posts, message) => {
    let n = 0;
    const server = await serve(() => replies[Math.min(n++, replies.length - 1)]);
    const { errors, events } = await sample(clientFor(server));
    expect(server.requests).toHaveLength(posts);
    const outcome = errors.at(-1)?.message ?? events.at(-1)?.type ?? "";
    const wanted = message instanceof RegExp ? message.test(outcome) : outcome === (message ?? "completed");
    expect([outcome, wanted]).toEqual([outcome, true]);
  });

  it("a complete answer carries its usage", async () => {
    const server = await serve([{ text: "ok", usage: { input: 10, cached: 3, output: 5, reasoning: 2 } }]);
    const { events } = await sample(clientFor(server));
    expect(events.at(-1)).toEqual({
      type: "completed",
      responseId: "resp_0",
      usage: { inputTokens: 10, cachedInputTokens: 3, outputTokens: 5, reasoningOutputTokens: 2, totalTokens: 15 },
    });
  });

  it("a rate limit in the stream says when to try again", async () => {
    const server = await serve([failed("rate_limit_exceeded", "Please try again in 100ms."), { text: "ok" }]);
    const { errors, events } = await sample(clientFor(server));
    expect(errors).toMatchObject([
      { message: "stream disconnected before completion: Please try again in 100ms.", retryAfterMs: 100 },
    ]);
    expect(events.at(-1)?.type).toBe("completed");
  });
});

describe("a token command", () => {
  /** A command that prints `token-1`, `token-2`, … and counts its runs. */
  function counter(): { auth: { command: string; args: string[]; refresh_interval_ms: number }; runs: () => number } {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "token-")), "count");
    writeFileSync(file, "0");
    const script = `n=$(($(cat ${file}) + 1)); echo $n > ${file}; echo "token-$n"`;
    const runs = () => Number(readFileSync(file, "utf8"));
    return { auth: { command: "sh", args: ["-c", script], refresh_interval_ms: 0 }, runs };
  }
  const env = { PATH: "/usr/bin:/bin" };
  const tokens = (server: { requests: readonly { headers: Readonly<Record<string, string>> }[] }) =>
    server.requests.map(request => request.headers.authorization);

  it("is asked once and its token kept", async () => {
    const server = await serve(["a", "b"]);
    const { auth, runs } = counter();
    const client = clientFor(server, { auth }, { env });
    await sample(client);
    await sample(client);
    expect([tokens(server), runs()]).toEqual([["Bearer token-1", "Bearer token-1"], 1]);
  });

  it("is asked again after a 401, without an error", async () => {
    const server = await serve([error(401, {}), "ok"]);
    const { errors } = await sample(clientFor(server, { auth: counter().auth }, { env }));
    expect([errors, tokens(server)]).toEqual([[], ["Bearer token-1", "Bearer token-2"]]);
  });

  it("whose tokens are never accepted makes four requests", async () => {
    const server = await serve({ otherwise: error(401, "{}") });
    const { errors } = await sample(clientFor(server, { auth: counter().auth }, { env }));
    expect(tokens(server)).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"]);
    expect(errors.at(-1)?.message).toMatch(/^unexpected status 401 Unauthorized: \{\}, url: /);
  });

  it("that fails means a request without credentials", async () => {
    const server = await serve(["ok"]);
    const warnings: string[] = [];
    const auth = { command: "sh", args: ["-c", "echo no >&2; exit 3"] };
    const { errors } = await sample(clientFor(server, { auth }, { env, warn: text => void warnings.push(text) }));
    expect([errors, tokens(server)]).toEqual([[], [undefined]]);
    expect(warnings).toEqual(["provider auth command `sh` exited with status exit status: 3: no"]);
  });

  it("that takes too long is named when the server says 401", async () => {
    const server = await serve({ otherwise: error(401, "{}") });
    const auth = { command: "sleep", args: ["5"], timeout_ms: 200 };
    const { errors } = await sample(clientFor(server, { auth }, { env }));
    expect(errors.at(-1)?.message).toBe("provider auth command `sleep` timed out after 200 ms");
    expect(server.requests).toHaveLength(2);
  });
});

describe("other ways to set a provider up", () => {
  it("a missing variable is named with its instructions and nothing is sent", async () => {
    const server = await serve(["ok"]);
    const { errors } = await sample(clientFor(server, { env_key: "NOKEYX", env_key_instructions: "Set it." }));
    expect(errors.map(({ message, retryable }) => [message, retryable])).toEqual([
      ["Missing environment variable: `NOKEYX`. Set it.", false],
    ]);
    expect(server.requests).toHaveLength(0);
  });

  it("query parameters and headers arrive", async () => {
    const server = await serve(["ok"]);
    const provider = {
      query_params: { "api-version": "2024" },
      http_headers: { "X-A": "1", "bad name": "x", "X-Bad": "a\nb" },
      env_http_headers: { "X-E": "E_SET", "X-N": "E_UNSET", "X-B": "E_BLANK" },
    };
    const client = clientFor(server, provider, { env: { E_SET: "e", E_BLANK: " " } });
    await collect(client.stream(promptFor(client)));
    const [request] = server.requests;
    expect(request?.url).toBe("/v1/responses?api-version=2024");
    expect(request?.headers).toMatchObject({ "x-a": "1", "x-e": "e" });
    expect(Object.keys(request?.headers ?? {})).not.toEqual(expect.arrayContaining(["x-n"]));
    expect(request?.headers["x-b"] ?? request?.headers["x-bad"]).toBeUndefined();
  });
});

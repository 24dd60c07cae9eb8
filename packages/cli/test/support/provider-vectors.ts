import { writeFileSync } from "node:fs";
import path from "node:path";
import { type ModelServer, type Reply, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { expect } from "vitest";
import { type Bench, events } from "./cli.ts";
import { runHere } from "./in-process.ts";

/** One of the numbered vectors of the model providers' specification: what the server does, and what `codex exec --json` makes of it. */
export interface Vector {
  name: string;
  server: Script;
  /** Further lines of the provider's table. */
  provider?: string;
  env?: Record<string, string>;
  posts: number;
  /** What the last error says; null: the turn completes. */
  message: string | RegExp | null;
  /** Every error that is printed, in order; default: not looked at. */
  notices?: string[];
  /** More to hold of what reached the server. */
  also?: (server: ModelServer, threadId: string) => void;
}

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  body,
  headers,
});
export const always = (reply: Reply): Script => ({ otherwise: reply });
const failed = (code: string, message = code): Reply => ({ failed: { code, message } });
const reached = (more: object) => ({ error: { type: "usage_limit_reached", plan_type: "plus", ...more } });
const ok: Reply = { text: "ok", usage: { input: 10, cached: 3, output: 5, reasoning: 2 } };

const HIGH_DEMAND = "We're currently experiencing high demand, which may cause temporary errors.";
const UNAUTHORIZED = /^unexpected status 401 Unauthorized: \{\}, url: http:\S+\/v1\/responses$/;

/** A command that prints `token-1`, `token-2`, … by a file beside it. */
const COUNTER =
  'auth = { command = "sh", args = ["-c", "n=$(($(cat $COUNT) + 1)); echo $n > $COUNT; echo token-$n"], refresh_interval_ms = 0 }';
export const tokens = (server: ModelServer) => server.requests.map(request => request.headers["authorization"]);
export const bearer = (...numbers: number[]) => numbers.map(n => `Bearer token-${n}`);
export const SOCKET = "supports_websockets = true";

export const vectors: Vector[] = [
  { name: "V1: usage 10/3/5/2", server: [ok], posts: 1, message: null },
  {
    name: "V2: failed context_length_exceeded",
    server: [failed("context_length_exceeded")],
    posts: 1,
    message:
      "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
  },
  {
    name: "V3: failed rate_limit_exceeded, then ok",
    server: [failed("rate_limit_exceeded", "Please try again in 100ms."), ok],
    posts: 2,
    message: null,
    notices: ["Reconnecting... 1/1 (stream disconnected before completion: Please try again in 100ms.)"],
  },
  {
    name: "V4: failed weird/boom",
    server: always(failed("weird", "boom")),
    posts: 2,
    message: "stream disconnected before completion: boom",
  },
  {
    name: "V5: closed after created",
    server: always({ events: [{ type: "response.created", response: { id: "r" } }] }),
    posts: 2,
    message: "stream disconnected before completion: stream closed before response.completed",
  },
  {
    name: "V6: incomplete max_output_tokens",
    server: always({ incomplete: { reason: "max_output_tokens" } }),
    posts: 2,
    message: "stream disconnected before completion: Incomplete response returned, reason: max_output_tokens",
  },
  {
    name: "V7: 400",
    server: always(answer(400, '{"error": {"message": "bad req"}}')),
    posts: 1,
    message: '{"error": {"message": "bad req"}}',
  },
  {
    name: "V8: 401 without recovery",
    server: always(answer(401, { error: { message: "unauth" } }, { "x-request-id": "req1" })),
    posts: 2,
    message: /^unexpected status 401 Unauthorized: unauth, url: http:\S+\/v1\/responses, request id: req1$/,
  },
  {
    name: "V9: 404 without a body",
    server: always(answer(404, "")),
    posts: 2,
    message: /^unexpected status 404 Not Found: Unknown error, url: http:\S+\/v1\/responses$/,
  },
  {
    name: "V10: 429 {}",
    server: always(answer(429, {}, { "x-request-id": "rq" })),
    posts: 1,
    message: "exceeded retry limit, last status: 429 Too Many Requests, request id: rq",
  },
  {
    name: "V11: 429 usage_limit_reached plus",
    server: always(answer(429, reached({}))),
    posts: 1,
    message: /^You've hit your usage limit\. Upgrade to Pro .* purchase more credits or try again later\.$/,
  },
  {
    name: "V12: 429 with a named limit",
    server: always(
      answer(429, reached({}), {
        "x-codex-active-limit": "codex_other",
        "x-codex-other-limit-name": "Foo Limit",
        "x-codex-other-primary-used-percent": "99",
      }),
    ),
    posts: 1,
    message: "You've hit your usage limit for Foo Limit. Switch to another model now, or try again later.",
  },
  { name: "V13: 500 always", server: always(answer(500, "oops")), posts: 4, message: HIGH_DEMAND },
  {
    name: "V14: 503 slow_down",
    server: always(answer(503, { error: { code: "slow_down" } })),
    posts: 2,
    message: "Selected model is at capacity. Please try a different model.",
  },
  { name: "V15: 500, then ok", server: [answer(500, "oops"), ok], posts: 2, message: null, notices: [] },
  {
    name: "V16: a token command",
    server: [ok],
    provider: COUNTER,
    posts: 1,
    message: null,
    also: server => {
      const models = server.log.filter(request => request.path.endsWith("/models"));
      expect(models.map(request => [request.method, request.url, request.headers["authorization"]])).toEqual([
        ["GET", "/v1/models?client_version=0.125.0", "Bearer token-1"],
      ]);
      expect(tokens(server)).toEqual(bearer(2));
    },
  },
  {
    name: "V17: a token command, 401 then ok",
    server: [answer(401, {}), ok],
    provider: COUNTER,
    posts: 2,
    message: null,
    notices: [],
    also: server => expect(tokens(server)).toEqual(bearer(2, 3)),
  },
  {
    name: "V18: a token command, always 401",
    server: always(answer(401, "{}")),
    provider: COUNTER,
    posts: 4,
    message: UNAUTHORIZED,
    also: server => expect(tokens(server)).toEqual(bearer(2, 3, 3, 4)),
  },
  {
    name: "V19: a token command that exits with 3",
    server: [ok],
    provider: 'auth = { command = "sh", args = ["-c", "exit 3"] }',
    posts: 1,
    message: null,
    also: server => expect(tokens(server)).toEqual([undefined]),
  },
  {
    name: "V20: a token command that takes too long, and a 401",
    server: always(answer(401, "{}")),
    provider: 'auth = { command = "sleep", args = ["5"], timeout_ms = 200 }',
    posts: 2,
    message: "provider auth command `sleep` timed out after 200 ms",
  },
  {
    name: "V21: env_key is not set",
    server: [ok],
    provider: 'env_key = "NOKEYX"\nenv_key_instructions = "Set it."',
    posts: 0,
    message: "Missing environment variable: `NOKEYX`. Set it.",
  },
  {
    name: "V22: WebSocket",
    server: [{ items: [], id: "warm" }, ok],
    provider: SOCKET,
    posts: 2,
    message: null,
    also: server => {
      expect(server.handshakes.map(request => [request.method, request.url])).toEqual([["GET", "/v1/responses"]]);
      const [first, second] = server.requests;
      expect(server.requests.map(request => [request.transport, request.body["type"]])).toEqual([
        ["websocket", "response.create"],
        ["websocket", "response.create"],
      ]);
      expect([first?.body["generate"], first?.input]).toEqual([false, []]);
      expect([second?.body["previous_response_id"], second?.input.length]).toEqual(["warm", 3]);
    },
  },
  {
    name: "V23: WebSocket handshake 426",
    server: { handshakes: [{ status: 426 }], otherwise: ok },
    provider: SOCKET,
    posts: 1,
    message: null,
    also: server => expect([server.handshakes.length, server.requests[0]?.transport]).toEqual([1, "http"]),
  },
  {
    name: "V24: WebSocket handshake 500 always",
    server: { handshakes: () => ({ status: 500 }), otherwise: ok },
    provider: SOCKET,
    posts: 1,
    message: null,
    also: server => expect([server.handshakes.length, server.requests[0]?.transport]).toEqual([3, "http"]),
  },
  {
    name: "V25: WebSocket handshake hangs",
    server: { handshakes: () => ({ hang: true }), otherwise: ok },
    provider: `${SOCKET}\nwebsocket_connect_timeout_ms = 1000`,
    posts: 1,
    message: null,
    also: server => expect([server.handshakes.length, server.requests[0]?.transport]).toEqual([3, "http"]),
  },
  {
    name: "V26: query parameters and headers",
    server: [ok],
    provider:
      'query_params = { "api-version" = "2024" }\nhttp_headers = { "X-A" = "1" }\nenv_http_headers = { "X-E" = "E_SET", "X-N" = "E_UNSET" }',
    env: { E_SET: "e" },
    posts: 1,
    message: null,
    also: server => {
      const [request] = server.requests;
      expect(request?.url).toBe("/v1/responses?api-version=2024");
      expect(request?.headers).toMatchObject({ "x-a": "1", "x-e": "e" });
      expect(Object.keys(request?.headers ?? {})).not.toContain("x-n");
    },
  },
  {
    name: "V27: turn metadata",
    server: [ok],
    posts: 1,
    message: null,
    also: (server, threadId) => {
      const text = server.requests[0]?.headers["x-codex-turn-metadata"] ?? "";
      const { turn_id } = JSON.parse(text) as { turn_id: string };
      expect(turn_id).not.toBe("");
      expect(text).toBe(JSON.stringify({ session_id: threadId, thread_source: "user", turn_id, sandbox: "seccomp" }));
    },
  },
];

const USAGE = { input_tokens: 10, cached_input_tokens: 3, output_tokens: 5, reasoning_output_tokens: 2 };

/** Runs `codex exec --json` against the vector's server, and holds what comes of it. */
export async function playVector(bench: Bench, vector: Vector): Promise<void> {
  const { server: script, provider = "", env, posts, message, notices, also } = vector;
  const server = await startModelServer(script);
  bench.server = server;
  bench.config(
    `model = "gpt-5.2"\nmodel_provider = "p"\n[model_providers.p]\nname = "p"\nbase_url = "${server.baseUrl}"\nrequest_max_retries = 1\nstream_max_retries = 1\n${provider}\n`,
  );
  const count = path.join(bench.root, "count");
  writeFileSync(count, "0");

  const result = await runHere(bench, ["exec", "--skip-git-repo-check", "--json", "hi"], {
    env: { COUNT: count, NOKEYX: undefined, ...env },
  });
  const printed = events(result);
  const end = printed.at(-1) as { type: string; usage?: object; error?: { message: string } };
  const errors = printed.flatMap(event => (event.type === "error" ? [String(event["message"])] : []));

  expect(server.requests).toHaveLength(posts);
  expect([result.code, end.type, end.usage]).toEqual(
    message === null ? [0, "turn.completed", USAGE] : [1, "turn.failed", undefined],
  );
  const text = end.error?.message ?? null;
  expect(message instanceof RegExp && message.test(text ?? "") ? message : text).toEqual(message);
  // The last error is the one that the turn ends with; those before it tell of another try.
  expect(errors.slice(-1)).toEqual(message === null ? errors.slice(-1) : [text]);
  expect(errors).toEqual(notices ?? errors);
  also?.(server, String(printed[0]?.["thread_id"]));
}

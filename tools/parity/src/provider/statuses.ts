import type { Reply } from "@codex-ts-tools/model-server";
import { answer, overBoth, overSse, type Case } from "./stage.ts";

const error = (facts: object) => ({ error: facts });
const always = (reply: Reply) => Array.from({ length: 8 }, () => reply);

const STATUSES = [
  204, 400, 401, 402, 403, 404, 405, 407, 408, 409, 410, 413, 418, 422, 425, 426, 429, 431, 451, 499, 500, 501, 502,
  503, 504, 507, 520, 529, 599,
];

const IDS = { "x-request-id": "req-1", "x-oai-request-id": "oai-1", "cf-ray": "ray-1" };
const CODE = Buffer.from(JSON.stringify(error({ code: "token_expired" }))).toString("base64");

/** Every status, and what may come with it. */
export const statuses: readonly Case[] = [
  ...STATUSES.flatMap(status =>
    overBoth(`status ${status} for good`, {
      replies: always(answer(status, error({ message: "no" }))),
      // Over a WebSocket an error of a success says nothing: the wait goes on.
      ...(status === 204 ? { provider: "stream_idle_timeout_ms = 600" } : {}),
    }),
  ),
  ...STATUSES.filter(status => status !== 204 && status !== 400).map(status =>
    overSse(`status ${status} without a body, then ok`, { replies: [answer(status), answer(status)] }),
  ),
  ...overBoth("every header beside a status", {
    replies: always(
      answer(402, error({ message: "pay" }), {
        ...IDS,
        "x-openai-authorization-error": "not you",
        "x-error-json": CODE,
      }),
    ),
  }),
  ...Object.keys(IDS).flatMap(name =>
    [402, 429].map(status =>
      overSse(`only the header ${name} beside status ${status}`, {
        replies: always(answer(status, "", { [name]: "the-id" })),
      }),
    ),
  ),
  overSse("a header x-error-json that is none", {
    replies: always(answer(401, "", { "x-error-json": "%%%", "x-openai-authorization-error": "a" })),
  }),
  ...[
    ["text", "plain words"],
    ["blank text", "  \n "],
    ["a list", "[1,2]"],
    ["an object without an error", '{"detail":"no"}'],
    ["an error that is a text", '{"error":"no"}'],
    ["an error without a message", '{"error":{"code":"x"}}'],
    ["a message that is blank", '{"error":{"message":""}}'],
    ["a message of spaces", '{"error":{"message":"  \\n "}}'],
    ["a message with spaces around", '{"error":{"message":" a b \\n"}}'],
    ["a message that is a number", '{"error":{"message":7}}'],
    ["a page", "<html><body>Nothing here</body></html>"],
    ["a long text", "é".repeat(600)],
    ["a long text that is cut within a character", `x${"é".repeat(600)}`],
    ["a long message", JSON.stringify(error({ message: "m".repeat(1500) }))],
    ["what is no UTF-8", new Uint8Array([0x61, 0xff, 0xfe, 0x62])],
  ].map(([what, body]) =>
    overSse(`a body that is ${what as string}`, { replies: always(answer(404, body)).slice(0, 2) }),
  ),
  overSse("a body of 400 that is no UTF-8", { replies: [answer(400, new Uint8Array([0x61, 0xff, 0xfe, 0x62]))] }),
  overSse("a body of 400 that is empty", { replies: [answer(400)] }),
  overSse("blocked by Cloudflare", {
    replies: always(answer(403, "<html>Cloudflare: you were blocked</html>", { "cf-ray": "ray-1" })),
  }),
  overSse("an image that the server cannot read", {
    replies: [answer(400, error({ message: "The image data you provided does not represent a valid image" }))],
  }),
  ...overBoth("400 cyber_policy", { replies: [answer(400, error({ code: "cyber_policy", message: "flagged" }))] }),
  ...overBoth("400 cyber_policy without a message", { replies: [answer(400, error({ code: "cyber_policy" }))] }),
  ...overBoth("403 cyber_policy", {
    replies: always(answer(403, error({ code: "cyber_policy", message: "flagged" }))),
  }),
  ...["context_length_exceeded", "insufficient_quota", "invalid_prompt", "server_is_overloaded"].flatMap(code =>
    overBoth(`400 ${code}`, { replies: [answer(400, error({ code, message: "words" }))] }),
  ),
  ...["server_is_overloaded", "slow_down", "other"].flatMap(code =>
    overBoth(`503 ${code}`, { replies: always(answer(503, error({ code, message: "words" }))) }),
  ),
  ...["server_is_overloaded", "insufficient_quota", "context_length_exceeded"].flatMap(code =>
    overSse(`500 ${code}`, { replies: always(answer(500, error({ code, message: "words" }))) }),
  ),
  ...["usage_not_included", "usage_limit_reached", "insufficient_quota", "rate_limit_exceeded"].flatMap(type =>
    overBoth(`429 ${type}`, { replies: [answer(429, error({ type, message: "words" }), { "x-request-id": "r" })] }),
  ),
  ...["usage_not_included", "usage_limit_reached", "insufficient_quota", "rate_limit_exceeded"].map(code =>
    overSse(`429 with the code ${code}`, { replies: [answer(429, error({ code, message: "words" }))] }),
  ),
  ...[
    ["retry-after", "1"],
    ["retry-after-ms", "900"],
    ["x-should-retry", "true"],
    ["x-should-retry", "false"],
  ].flatMap(([name, value]) =>
    [429, 500, 503, 404].map(status =>
      overSse(`the header ${name}: ${value} beside status ${status}`, {
        replies: [answer(status, "", { [name as string]: value as string }), "ok"],
      }),
    ),
  ),
  ...[301, 302, 303, 307, 308].map(status =>
    overSse(`a redirect ${status}`, {
      replies: [answer(status, "", { location: "/elsewhere" })],
      server: {
        routes: {
          "POST /elsewhere": { text: "moved" },
          "GET /elsewhere": { text: "moved and asked" },
        },
      },
    }),
  ),
  overSse("a redirect to nowhere", { replies: [answer(302, "")] }),
];

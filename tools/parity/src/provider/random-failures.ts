import type { Handshake, Reply, ReplyEvent } from "@codex-ts-tools/model-server";
import { functionCall } from "@codex-ts-tools/model-server";
import { Random } from "../random.ts";
import { answer, overSocket, overSse, type Case } from "./stage.ts";

const CODES = [
  "context_length_exceeded",
  "insufficient_quota",
  "usage_not_included",
  "cyber_policy",
  "invalid_prompt",
  "server_is_overloaded",
  "slow_down",
  "rate_limit_exceeded",
  "server_error",
  "websocket_connection_limit_reached",
  "x",
];
const TYPES = ["usage_limit_reached", "usage_not_included", "rate_limit_exceeded", "invalid_request_error"];
const STATUSES = [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 429, 500, 502, 503, 503, 504, 529];
const WORDS = [
  "the words",
  "Please try again in 120ms.",
  "try again in 0.2 seconds",
  "Cloudflare blocked you",
  "é🌍",
  "",
];

/** An answer may be to a compaction; what a summary is told under is known by this word (`withoutPrompts`). */
const FINE = "SUMMARY: fine";
const SAID = "SUMMARY: said";

/** Cases that share the provider's settings. */
const SHARED = 10;

/** Cases in which a server fails as it likes: the same seed gives the same ones everywhere. */
export function randomFailures(seed: number, count: number): Case[] {
  return Array.from({ length: count }, (_, n) => {
    const group = new Random(seed * 7919 + Math.floor(n / SHARED));
    const provider = randomProvider(group);
    return randomFailure(n, group.chance(0.5), provider, new Random(seed * 100_003 + n));
  });
}

function randomProvider(random: Random): string {
  return [
    `request_max_retries = ${random.below(3)}`,
    `stream_max_retries = ${random.below(3)}`,
    "stream_idle_timeout_ms = 900",
    "websocket_connect_timeout_ms = 900",
    ...(random.chance(0.3) ? ['experimental_bearer_token = "tok"'] : []),
    ...(random.chance(0.2) ? ['query_params = { v = "1" }'] : []),
    ...(random.chance(0.2) ? ['http_headers = { "X-A" = "1" }'] : []),
    ...(random.chance(0.15) ? ['name = "azure"'] : []),
  ].join("\n");
}

function randomFailure(n: number, isSocket: boolean, provider: string, random: Random): Case {
  const replies = random.list(1, 6, () => randomReply(random));
  const texts = random.list(1, 3, () => random.pick(["one", "two words", "three\nlines"]));
  const setting = { replies, provider };
  const name = `generated ${n}`;
  if (!isSocket) return overSse(name, setting, texts);
  const handshakes = random.chance(0.5) ? random.list(1, 3, () => randomHandshake(random)) : [];
  return overSocket(name, { ...setting, handshakes }, texts);
}

function randomReply(random: Random): Reply | string {
  const kind = random.below(10);
  if (kind < 2) return FINE;
  if (kind < 3) return { items: [functionCall("exec_command", { cmd: "echo hi" }, `c${random.below(1000)}`)] };
  if (kind < 6) return answer(random.pick(STATUSES), randomBody(random), randomHeaders(random));
  if (kind < 7) return { text: "part", failed: { code: random.pick(CODES), message: random.pick(WORDS) } };
  // Before the fifth event, which completes it.
  if (kind < 8) return { text: "a part of it", disconnectAfter: { events: random.below(5), how: "end" } };
  if (kind < 9)
    return random.chance(0.5) ? { text: "x", incomplete: { reason: "max_output_tokens" } } : { text: "x", hang: true };
  return { events: randomEvents(random) };
}

function randomBody(random: Random): unknown {
  switch (random.below(6)) {
    case 0:
      return "";
    case 1:
      return random.pick(WORDS);
    case 2:
      return { error: { message: random.pick(WORDS) } };
    case 3:
      return { error: { code: random.pick(CODES), message: random.pick(WORDS) } };
    case 4:
      return { error: { type: random.pick(TYPES), plan_type: random.pick(["plus", "free", "team", "odd"]) } };
    default:
      return `${random.pick(WORDS)} `.repeat(200);
  }
}

const HEADERS: readonly [string, string][] = [
  ["x-request-id", "req"],
  ["x-oai-request-id", "oai"],
  ["cf-ray", "ray"],
  ["retry-after", "1"],
  ["x-should-retry", "false"],
  ["x-openai-authorization-error", "why"],
  ["x-codex-primary-used-percent", "50"],
  ["x-codex-secondary-used-percent", "5"],
  ["x-codex-promo-message", "Promo"],
  ["x-codex-active-limit", "other"],
  ["x-other-limit-name", "Other"],
  ["x-other-primary-used-percent", "100"],
  ["x-error-json", Buffer.from('{"error":{"code":"e"}}').toString("base64")],
];

function randomHeaders(random: Random): Record<string, string> {
  return Object.fromEntries(HEADERS.filter(() => random.chance(0.2)));
}

function randomEvents(random: Random): ReplyEvent[] {
  const item = { type: "message", role: "assistant", id: "m", content: [{ type: "output_text", text: SAID }] };
  const events: ReplyEvent[] = [
    { type: "response.created", response: { id: "r" } },
    { type: "response.output_item.added", item: { ...item, content: [] } },
    { type: "response.output_text.delta", item_id: "m", delta: SAID },
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { id: "r", usage: null } },
  ];
  for (let faults = random.below(3); faults > 0; faults--) {
    const at = random.below(events.length);
    if (random.chance(0.5)) events.splice(at, 1);
    else events.splice(at, 0, randomEvent(random));
  }
  return events;
}

function randomEvent(random: Random): ReplyEvent {
  return random.pick<ReplyEvent>([
    "no json",
    "[DONE]",
    { type: "response.mystery", headers: { "openai-model": "gpt-5.2" } },
    { type: "error", code: "x", message: "y" },
    { type: "response.failed", response: { error: { code: random.pick(CODES), message: random.pick(WORDS) } } },
    { type: "response.incomplete" },
    { type: "response.output_item.done", item: { type: "mystery", a: 1 } },
    { type: "response.completed", response: { id: "early" } },
    { type: "response.completed" },
  ]);
}

function randomHandshake(random: Random): Handshake {
  switch (random.below(5)) {
    case 0:
      return { hang: true };
    case 1:
      return { delayMs: 200 };
    case 2:
      return {};
    default:
      return { status: random.pick([400, 401, 403, 404, 426, 429, 500, 503]) };
  }
}

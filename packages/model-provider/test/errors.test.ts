import * as zlib from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type AuthSource, maskKey, type ModelEvent, noAuth } from "../src/index.ts";
import { delayIn, failedResponse } from "../src/stream/failed.ts";
import { httpError } from "../src/transport/http-errors.ts";
import { publicUrl, redact } from "../src/transport/redact.ts";
import { resetTime, usageLimitText } from "../src/transport/usage-limit.ts";
import { clientFor, closeServers, collect, promptFor, serve } from "./support/run.ts";

afterEach(closeServers);

const URL_TEXT = "http://h/v1/responses";
const errorOf = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  httpError(
    {
      status,
      body: typeof body === "string" ? body : JSON.stringify(body),
      header: name => headers[name] ?? null,
      url: URL_TEXT,
    },
    0,
  );

describe("an HTTP error", () => {
  const encoded = Buffer.from('{"error":{"code":"token_expired"}}').toString("base64");
  it.each([
    [400, { error: { code: "cyber_policy", message: "no" } }, {}, "no", false],
    [
      400,
      { error: { code: "cyber_policy" } },
      {},
      "This request has been flagged for possible cybersecurity risk.",
      false,
    ],
    [
      400,
      "x The image data you provided does not represent a valid image y",
      {},
      "Invalid image in your last message. Please remove it and try again.",
      false,
    ],
    [
      403,
      "<html>Cloudflare: you are blocked</html>",
      { "cf-ray": "r" },
      `Access blocked by Cloudflare. This usually happens when connecting from a restricted region (status 403 Forbidden), url: ${URL_TEXT}, cf-ray: r`,
      true,
    ],
    [
      401,
      { error: { message: "m" } },
      { "cf-ray": "r", "x-oai-request-id": "i", "x-openai-authorization-error": "a", "x-error-json": encoded },
      `unexpected status 401 Unauthorized: m, url: ${URL_TEXT}, cf-ray: r, request id: i, auth error: a, auth error code: token_expired`,
      true,
    ],
    [
      429,
      { error: { type: "usage_not_included" } },
      {},
      "To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.",
      false,
    ],
    [429, "", { "cf-ray": "r" }, "exceeded retry limit, last status: 429 Too Many Requests, request id: r", false],
    [503, "down", {}, `unexpected status 503 Service Unavailable: down, url: ${URL_TEXT}`, true],
    [
      404,
      '{"error":{"message":""}}',
      {},
      `unexpected status 404 Not Found: {"error":{"message":""}}, url: ${URL_TEXT}`,
      true,
    ],
    [
      404,
      '{"error":{"message":" \\n"}}',
      {},
      `unexpected status 404 Not Found: {"error":{"message":" \\n"}}, url: ${URL_TEXT}`,
      true,
    ],
    [404, '{"error":{"message":" a b \\n"}}', {}, `unexpected status 404 Not Found: a b, url: ${URL_TEXT}`, true],
    [418, "", {}, `unexpected status 418 I'm a teapot: Unknown error, url: ${URL_TEXT}`, true],
    [509, "", {}, `unexpected status 509 <unknown status code>: Unknown error, url: ${URL_TEXT}`, true],
    [599, "", {}, `unexpected status 599 <unknown status code>: Unknown error, url: ${URL_TEXT}`, true],
  ])("%s %j has its text", (status, body, headers, text, retryable) => {
    const error = errorOf(status, body, headers as Record<string, string>);
    expect([error.message, error.retryable]).toEqual([text, retryable]);
  });

  it("cuts a long body after 1000 bytes and never inside a character", () => {
    const { message } = errorOf(418, `${"x".repeat(999)}é and more`);
    expect(message).toBe(`unexpected status 418 I'm a teapot: ${"x".repeat(999)}..., url: ${URL_TEXT}`);
  });

  it("says what to do where somebody can do something", () => {
    for (const status of [401, 403, 404, 429, 500, 502, 503]) expect(errorOf(status, "").hint).toMatch(/\.$/);
  });
});

describe("a failed response", () => {
  it.each([
    ["insufficient_quota", "usageLimitExceeded", false, "Quota exceeded. Check your plan and billing details."],
    [
      "usage_not_included",
      "usageLimitExceeded",
      false,
      "To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.",
    ],
    ["cyber_policy", "cyberPolicy", false, "m"],
    ["invalid_prompt", "other", false, "m"],
    ["server_is_overloaded", "serverOverloaded", false, "Selected model is at capacity. Please try a different model."],
    ["slow_down", "serverOverloaded", false, "Selected model is at capacity. Please try a different model."],
    ["other", "other", true, "stream disconnected before completion: m"],
  ])("%s", (code, info, retryable, text) => {
    const error = failedResponse({ code, message: "m" });
    expect([error.codexErrorInfo, error.retryable, error.message]).toEqual([info, retryable, text]);
  });

  it("without a message still says something", () => {
    expect(failedResponse({ code: "invalid_prompt" }).message).toBe("Invalid request.");
    expect(failedResponse(null).message).toContain("stream disconnected before completion: ");
  });

  it.each([
    ["Please try again in 1.5s.", 1500],
    ["TRY AGAIN IN 500ms", 500],
    ["try again in 2 seconds", 2000],
    ["try again later", undefined],
  ])("%s is a delay of %s ms", (text, ms) => {
    expect(delayIn(text)).toBe(ms);
  });
});

describe("a usage limit", () => {
  const base = { limitName: null, promo: null, plan: null, resetsAt: null, now: 0 };
  it.each([
    [{}, "."],
    [{ plan: "enterprise" }, "."],
    [{ limitName: "Codex" }, "."],
    [{ plan: "team" }, ". To get more access now, send a request to your admin or"],
    [{ plan: "enterprise_cbp_usage_based" }, ". To get more access now, send a request to your admin or"],
    [{ plan: "go" }, ". Upgrade to Plus to continue using Codex (https://chatgpt.com/explore/plus), or"],
    [{ plan: "prolite" }, ". Visit https://chatgpt.com/codex/settings/usage to purchase more credits or"],
    [{ plan: "plus", promo: "Half price" }, ". Half price, or"],
    [{ plan: "plus", promo: "Half price", limitName: "L" }, " for L. Switch to another model now, or"],
  ])("%j has its text", (facts, middle) => {
    const end = middle === "." ? " Try again later." : " try again later.";
    expect(usageLimitText({ ...base, ...facts })).toBe(`You've hit your usage limit${middle}${end}`);
  });

  it("says when it resets: the time today, else the day too", () => {
    const now = new Date(2026, 10, 3, 9, 0).getTime();
    const at = (day: number, hour: number, minute: number) =>
      resetTime(new Date(2026, 10, day, hour, minute).getTime(), now);
    expect([at(3, 0, 5), at(3, 12, 0), at(3, 15, 30)]).toEqual(["12:05 AM", "12:00 PM", "3:30 PM"]);
    expect([4, 1, 2, 22, 11, 13, 23].map(day => at(day, 9, 0))).toEqual([
      "Nov 4th, 2026 9:00 AM",
      "Nov 1st, 2026 9:00 AM",
      "Nov 2nd, 2026 9:00 AM",
      "Nov 22nd, 2026 9:00 AM",
      "Nov 11th, 2026 9:00 AM",
      "Nov 13th, 2026 9:00 AM",
      "Nov 23rd, 2026 9:00 AM",
    ]);
    expect(usageLimitText({ ...base, now, resetsAt: new Date(2026, 10, 3, 15, 30).getTime() / 1000 })).toBe(
      "You've hit your usage limit. Try again at 3:30 PM.",
    );
  });
});

describe("rate limits in headers", () => {
  const snapshots = async (headers: Record<string, string>) => {
    const server = await serve([{ text: "x", headers }]);
    const client = clientFor(server);
    const events = await collect(client.stream(promptFor(client)));
    const isLimit = (event: ModelEvent) => event.type === "rate_limits";
    return events.filter(isLimit).map(event => (event.type === "rate_limits" ? event.snapshot : null));
  };
  const empty = {
    limitId: "codex",
    limitName: null,
    primary: null,
    secondary: null,
    credits: null,
    planType: null,
    rateLimitReachedType: null,
  };

  it("give an empty snapshot when there are none", async () => {
    expect(await snapshots({})).toEqual([empty]);
  });

  it("give one for each family that says something, sorted", async () => {
    const headers = {
      "x-codex-primary-used-percent": "12.5",
      "x-codex-primary-window-minutes": "300",
      "x-codex-secondary-used-percent": "0",
      "x-codex-secondary-window-minutes": "0",
      "x-codex-credits-has-credits": "1",
      "x-codex-credits-unlimited": "FALSE",
      "x-codex-credits-balance": " 5 ",
      "x-z-limit-primary-used-percent": "1",
      "x-z-limit-limit-name": " Z ",
      "x-a-limit-primary-used-percent": "0",
      "x-a-limit-primary-reset-at": "77",
      "x-silent-primary-used-percent": "0",
      "x-broken-primary-used-percent": "NaN",
    };
    const credits = { hasCredits: true, unlimited: false, balance: "5" };
    const window = (usedPercent: number, windowDurationMins: number | null, resetsAt: number | null) => ({
      usedPercent,
      windowDurationMins,
      resetsAt,
    });
    expect(await snapshots(headers)).toEqual([
      { ...empty, credits, primary: window(12.5, 300, null) },
      { ...empty, limitId: "a_limit", credits, primary: window(0, null, 77) },
      { ...empty, limitId: "z_limit", limitName: "Z", credits, primary: window(1, null, null) },
    ]);
  });
});

describe("what is hidden", () => {
  it("are secrets in texts and in addresses", () => {
    expect(redact("a secret-1 b", ["secret-1", "a", ""])).toBe("a [redacted] b");
    expect(publicUrl("https://u:p@h:1/x?api-key=k&v=1#f")).toBe("https://h:1/x?api-key=...&v=...");
    expect(publicUrl("no url")).toBe("(invalid URL)");
    expect([maskKey("sk-proj-1234567890ABCDE"), maskKey("short-key-123")]).toEqual(["sk-proj-***ABCDE", "***"]);
  });
});

describe("request compression", () => {
  const login: AuthSource = {
    ...noAuth,
    credential: async () => ({ kind: "chatgpt", token: "t", accountId: null, fedramp: false, planType: null }),
  };
  const encodingOf = async (name: string, auth: AuthSource) => {
    const server = await serve(["ok"]);
    const client = clientFor(server, { name, requires_openai_auth: true }, { auth, requestCompression: true });
    await collect(client.stream(promptFor(client)));
    expect(server.requests[0]?.model).toBe("m");
    return server.requests[0]?.headers["content-encoding"];
  };

  it("is for ChatGPT logins at OpenAI, on a Node that can", async () => {
    expect(await encodingOf("OpenAI", login)).toBe("zstdCompressSync" in zlib ? "zstd" : undefined);
    expect(await encodingOf("OpenAI", noAuth)).toBeUndefined();
    expect(await encodingOf("other", login)).toBeUndefined();
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { backendUrl, nodeFetch, readAccountRateLimits, sendCreditsNudge } from "../src/index.ts";
import { closeServers, serve } from "./support/run.ts";

afterEach(closeServers);

const credential = { kind: "chatgpt", token: "planted", accountId: "acc", fedramp: false, planType: "pro" } as const;
const window = (used_percent: number, seconds: number, reset_at: number) => ({
  used_percent,
  limit_window_seconds: seconds,
  reset_after_seconds: 1,
  reset_at,
});

async function backend(routes: Record<string, object>) {
  const server = await serve({ routes });
  const call = { fetch: nodeFetch, baseUrl: `${server.url}/backend-api/`, credential, userAgent: "ua" };
  return { server, call };
}

describe("the ChatGPT backend", () => {
  it("has its services below /wham, a gateway's below /api/codex", () => {
    expect(backendUrl("https://chatgpt.com/backend-api/", "usage")).toBe("https://chatgpt.com/backend-api/wham/usage");
    expect(backendUrl("https://gateway.example", "usage")).toBe("https://gateway.example/api/codex/usage");
  });

  it("tells the limits of an account, by id too", async () => {
    const { server, call } = await backend({
      "GET /backend-api/wham/usage": {
        body: {
          plan_type: "pro",
          rate_limit: {
            allowed: true,
            limit_reached: false,
            primary_window: window(12, 18_000, 1_900_000_000),
            secondary_window: window(40, 604_800, 1_900_000_001),
          },
          credits: { has_credits: true, unlimited: false, balance: "5.0" },
          additional_rate_limits: [
            {
              limit_name: "Foo Limit",
              metered_feature: "codex_other",
              rate_limit: { primary_window: window(1, 3600, 1_900_000_002) },
            },
          ],
        },
      },
    });
    const limits = await readAccountRateLimits(call);
    const codex = {
      limitId: "codex",
      limitName: null,
      primary: { usedPercent: 12, windowDurationMins: 300, resetsAt: 1_900_000_000 },
      secondary: { usedPercent: 40, windowDurationMins: 10_080, resetsAt: 1_900_000_001 },
      credits: { hasCredits: true, unlimited: false, balance: "5.0" },
      planType: "pro",
      rateLimitReachedType: null,
    };
    expect(limits).toEqual({
      rateLimits: codex,
      rateLimitsByLimitId: {
        codex,
        codex_other: {
          limitId: "codex_other",
          limitName: "Foo Limit",
          primary: { usedPercent: 1, windowDurationMins: 60, resetsAt: 1_900_000_002 },
          secondary: null,
          credits: null,
          planType: "pro",
          rateLimitReachedType: null,
        },
      },
    });
    expect(server.log[0]?.headers).toMatchObject({
      authorization: "Bearer planted",
      "chatgpt-account-id": "acc",
      "user-agent": "ua",
    });
  });

  it("that refuses or answers nonsense is an error without the token", async () => {
    const refused = await backend({ "GET /backend-api/wham/usage": { status: 500, body: "planted" } });
    await expect(readAccountRateLimits(refused.call)).rejects.toThrow(/usage failed: 500$/);
    const nonsense = await backend({ "GET /backend-api/wham/usage": { body: "[1" } });
    await expect(readAccountRateLimits(nonsense.call)).rejects.toThrow(/no JSON object$/);
  });

  it("passes a wish for more on, and says when it was asked too soon", async () => {
    const path = "POST /backend-api/wham/accounts/send_add_credits_nudge_email";
    const { server, call } = await backend({ [path]: [{ body: {} }, { status: 429 }, { status: 403 }] });
    expect(await sendCreditsNudge(call, "credits")).toBe("sent");
    expect(server.log[0]?.body).toEqual({ credit_type: "credits" });
    expect(await sendCreditsNudge(call, "usage_limit")).toBe("cooldown_active");
    await expect(sendCreditsNudge(call, "credits")).rejects.toThrow(/failed: 403$/);
  });
});

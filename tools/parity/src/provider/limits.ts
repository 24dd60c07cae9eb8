import { answer, overBoth, overSocket, overSse, type Case } from "./stage.ts";

const WINDOWS = {
  "x-codex-primary-used-percent": "12.5",
  "x-codex-primary-window-minutes": "300",
  "x-codex-primary-reset-at": "4102444800",
  "x-codex-secondary-used-percent": "70",
  "x-codex-secondary-window-minutes": "10080",
  "x-codex-secondary-reset-at": "4102444800",
};
const CREDITS = {
  "x-codex-credits-has-credits": "true",
  "x-codex-credits-unlimited": "0",
  "x-codex-credits-balance": " 12.30 ",
};
const OTHER = {
  "x-codex-other-primary-used-percent": "99",
  "x-codex-other-limit-name": " Foo Limit ",
  "x-another-primary-used-percent": "0",
  "x-b-limit-primary-used-percent": "5",
};

const reached = (more: object, headers: Record<string, string> = {}) =>
  answer(429, { error: { type: "usage_limit_reached", ...more } }, headers);

const PLANS = [
  "plus",
  "pro",
  "prolite",
  "team",
  "business",
  "self_serve_business_usage_based",
  "enterprise_cbp_usage_based",
  "free",
  "go",
  "enterprise",
  "edu",
  "mystery",
  "Plus",
];

const HEADERS: Record<string, Record<string, string>> = {
  none: {},
  windows: WINDOWS,
  credits: CREDITS,
  "windows and credits": { ...WINDOWS, ...CREDITS },
  "several families": { ...WINDOWS, ...OTHER },
  "only another family": OTHER,
  "a window of zero": { "x-codex-primary-used-percent": "0" },
  "a window of zero with minutes": { "x-codex-primary-used-percent": "0", "x-codex-primary-window-minutes": "60" },
  "a window of zero that resets": { "x-codex-primary-used-percent": "0", "x-codex-primary-reset-at": "4102444800" },
  "minutes alone": { "x-codex-primary-window-minutes": "60" },
  "percent that is no number": { "x-codex-primary-used-percent": "many" },
  "percent that is endless": { "x-codex-primary-used-percent": "inf" },
  "percent in hexadecimal": { "x-codex-primary-used-percent": "0x10" },
  "percent with a sign": { "x-codex-primary-used-percent": "+10", "x-codex-primary-window-minutes": "+60" },
  "percent with a lone point": { "x-codex-primary-used-percent": "10.", "x-codex-secondary-used-percent": ".5" },
  "minutes with an exponent": { "x-codex-primary-used-percent": "5", "x-codex-primary-window-minutes": "1e2" },
  "minutes below zero": { "x-codex-primary-used-percent": "-5", "x-codex-primary-window-minutes": "-1" },
  "percent with an exponent": { "x-codex-primary-used-percent": "1e1" },
  "minutes with a fraction": { "x-codex-primary-used-percent": "5", "x-codex-primary-window-minutes": "1.5" },
  "credits of other words": { "x-codex-credits-has-credits": "TRUE", "x-codex-credits-unlimited": "no" },
  "credits without a balance": {
    "x-codex-credits-has-credits": "1",
    "x-codex-credits-unlimited": "false",
    "x-codex-credits-balance": " ",
  },
  "half of the credits": { "x-codex-credits-has-credits": "1" },
  "a plan": { ...WINDOWS, "x-codex-plan-type": "plus" },
  "the models' version": { "x-models-etag": "v2" },
  "reasoning is included": { "x-reasoning-included": "1" },
  "another model": { "openai-model": "gpt-other" },
  "the same model": { "openai-model": "gpt-5.2" },
  "a turn's state": { "x-codex-turn-state": "sticky" },
};

const event = (more: object) => ({ type: "codex.rate_limits", ...more });
const done = { type: "response.completed", response: { id: "r1", usage: null } };
const window = { used_percent: 42.5, window_minutes: 60, reset_at: 4_102_444_800 };

/** What answers say about limits, and what is said when one is reached. */
export const limits: readonly Case[] = [
  ...Object.entries(HEADERS).map(([what, headers]) =>
    overSse(`headers: ${what}`, { replies: [{ text: "a", headers }, { text: "b" }] }),
  ),
  ...["a turn's state", "the models' version", "reasoning is included", "another model", "windows"].map(what =>
    overSocket(`headers: ${what}`, { handshakes: { headers: HEADERS[what]! } }),
  ),
  ...PLANS.map(plan => overSse(`a limit of the plan ${plan}`, { replies: [reached({ plan_type: plan })] })),
  ...overBoth("a limit of no plan", { replies: [reached({})] }),
  overSse("a limit that resets in years", { replies: [reached({ plan_type: "pro", resets_at: 4_102_444_800 })] }),
  overSse("a limit that resets soon", {
    replies: [reached({ plan_type: "pro", resets_at: Math.floor(Date.now() / 1000) + 60 })],
  }),
  overSse("a limit that resets in seconds", { replies: [reached({ plan_type: "pro", resets_in_seconds: 60 })] }),
  overSse("a limit with a promotion", {
    replies: [reached({ plan_type: "plus" }, { "x-codex-promo-message": "Get more now" })],
  }),
  overSse("a limit with windows", { replies: [reached({ plan_type: "plus" }, { ...WINDOWS, ...CREDITS })] }),
  ...overBoth("a named limit", {
    replies: [reached({ plan_type: "plus" }, { ...OTHER, "x-codex-active-limit": "codex_other" })],
  }),
  overSse("a named limit that is the general one", {
    replies: [
      reached({ plan_type: "plus" }, { ...WINDOWS, "x-codex-active-limit": "codex", "x-codex-limit-name": "codex" }),
    ],
  }),
  overSocket("a limit event", {
    replies: [
      {
        events: [
          event({
            plan_type: "plus",
            rate_limits: { primary: window, secondary: null },
            credits: { has_credits: true, unlimited: false, balance: "3" },
          }),
          event({ metered_limit_name: "Codex-Other", limit_name: "Foo", rate_limits: { secondary: window } }),
          event({ rate_limits: { primary: { used_percent: "many" } } }),
          event({}),
          done,
        ],
      },
    ],
  }),
  overSse("a limit event", { replies: [{ events: [event({ rate_limits: { primary: window } }), done] }] }),
];

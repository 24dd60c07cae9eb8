import { asking } from "./stage.ts";

const OPENAI = "requires_openai_auth = true";

/** Logins without a network, and services that need one. */
export const account = [
  asking("an account that nobody asks for", [
    ["read", "account/read", {}],
    ["status", "getAuthStatus", {}],
    ["status with a token", "getAuthStatus", { includeToken: true, refreshToken: true }],
    ["key", "account/login/start", { type: "apiKey", apiKey: "sk-test" }],
    ["read again", "account/read", {}],
    ["status again", "getAuthStatus", { includeToken: true }],
    ["logout", "account/logout"],
    ["logout again", "account/logout"],
  ]),
  asking(
    "an account with a key",
    [
      ["read", "account/read", { refreshToken: false }],
      ["status", "getAuthStatus", { includeToken: true }],
      ["limits", "account/rateLimits/read"],
      ["nudge", "account/sendAddCreditsNudgeEmail", { creditType: "credits" }],
      ["key", "account/login/start", { type: "apiKey", apiKey: "sk-test" }],
      ["read with it", "account/read", {}],
      ["refreshed", "account/read", { refreshToken: true }],
      ["status with it", "getAuthStatus", { includeToken: true }],
      ["status without the token", "getAuthStatus", { includeToken: false }],
      ["limits with it", "account/rateLimits/read"],
      ["nudge with it", "account/sendAddCreditsNudgeEmail", { creditType: "usage_limit" }],
      ["blank key", "account/login/start", { type: "apiKey", apiKey: "" }],
      ["status with a blank key", "getAuthStatus", { includeToken: true }],
      ["logout", "account/logout"],
      ["read without", "account/read", {}],
      ["status without", "getAuthStatus", { includeToken: true }],
    ],
    { provider: OPENAI },
  ),
  asking(
    "logins that are not allowed",
    [
      ["key", "account/login/start", { type: "apiKey", apiKey: "sk-test" }],
      ["cancel nonsense", "account/login/cancel", { loginId: "bad" }],
      ["cancel none", "account/login/cancel", { loginId: "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed" }],
    ],
    { provider: OPENAI, config: 'forced_login_method = "chatgpt"' },
  ),
  asking(
    "logins that must be by key",
    [
      ["chatgpt", "account/login/start", { type: "chatgpt" }],
      ["device", "account/login/start", { type: "chatgptDeviceCode" }],
      [
        "tokens",
        "account/login/start",
        { type: "chatgptAuthTokens", accessToken: "x", chatgptAccountId: "y", chatgptPlanType: null },
      ],
      ["key", "account/login/start", { type: "apiKey", apiKey: "sk-test" }],
    ],
    { provider: OPENAI, config: 'forced_login_method = "api"' },
  ),
  asking("tokens that are none", [
    [
      "tokens",
      "account/login/start",
      { type: "chatgptAuthTokens", accessToken: "x", chatgptAccountId: "y", chatgptPlanType: null },
    ],
    ["unknown kind", "account/login/start", { type: "magic" }],
    ["no kind", "account/login/start", { apiKey: "x" }],
  ]),
  asking("services that are not there", [
    ["apps", "app/list", {}],
    ["apps from a cursor", "app/list", { cursor: "x" }],
    ["plugins", "plugin/list", {}],
    ["plugins of folders", "plugin/list", drive => ({ cwds: [drive.place.work] })],
    ["external settings", "externalAgentConfig/detect", { includeHome: false }],
    ["import of none", "externalAgentConfig/import", { migrationItems: [] }],
    ["sandbox of Windows", "windowsSandbox/setupStart", { mode: "elevated" }],
    ["the other one", "windowsSandbox/setupStart", { mode: "unelevated" }],
    ["voices", "thread/realtime/listVoices", {}],
    ["marketplaces", "marketplace/upgrade", {}],
    ["unknown marketplace", "marketplace/remove", { marketplaceName: "nope" }],
  ]),
  asking(
    "feedback that is not wanted",
    [
      ["feedback", "feedback/upload", { classification: "bug", reason: "x", includeLogs: false }],
      ["without a class", "feedback/upload", { includeLogs: false }],
      ["without logs", "feedback/upload", { classification: "bug" }],
      ["of no thread", "feedback/upload", { classification: "bug", includeLogs: false, threadId: "x" }],
    ],
    { tables: "[feedback]\nenabled = false\n" },
  ),
];

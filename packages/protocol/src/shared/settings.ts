import { array, closed, nullable, type Out, string, stringEnum, struct } from "../wire/index.ts";

export const AuthMode = stringEnum("AuthMode", ["apikey", "chatgpt", "chatgptAuthTokens", "agentIdentity"]);
export type AuthMode = Out<typeof AuthMode>;

export const CollaborationMode = struct("CollaborationMode", () => ({ mode: ModeKind, settings: Settings }));
export interface CollaborationMode extends Out<typeof CollaborationMode> {}

export const ForcedLoginMethod = stringEnum("ForcedLoginMethod", ["chatgpt", "api"]);
export type ForcedLoginMethod = Out<typeof ForcedLoginMethod>;

export const InputModality = stringEnum("InputModality", ["text", "image"]);
export type InputModality = Out<typeof InputModality>;

export const ModeKind = stringEnum("ModeKind", ["plan", "default"], {
  aliases: { code: "default", pair_programming: "default", execute: "default", custom: "default" },
});
export type ModeKind = Out<typeof ModeKind>;

export const Personality = stringEnum("Personality", ["none", "friendly", "pragmatic"]);
export type Personality = Out<typeof Personality>;

export const PlanType = stringEnum(
  "PlanType",
  [
    "free",
    "go",
    "plus",
    "pro",
    "prolite",
    "team",
    "self_serve_business_usage_based",
    "business",
    "enterprise_cbp_usage_based",
    "enterprise",
    "edu",
    "unknown",
  ],
  { fallback: "unknown" },
);
export type PlanType = Out<typeof PlanType>;

export const ReasoningEffort = stringEnum("ReasoningEffort", ["none", "minimal", "low", "medium", "high", "xhigh"]);
export type ReasoningEffort = Out<typeof ReasoningEffort>;

export const ReasoningSummary = stringEnum("ReasoningSummary", ["auto", "concise", "detailed", "none"]);
export type ReasoningSummary = Out<typeof ReasoningSummary>;

export const ServiceTier = stringEnum("ServiceTier", ["fast", "flex"]);
export type ServiceTier = Out<typeof ServiceTier>;

export const Settings = struct("Settings", () => ({
  model: string,
  reasoning_effort: nullable(ReasoningEffort),
  developer_instructions: nullable(string),
}));
export interface Settings extends Out<typeof Settings> {}

export const ThreadMemoryMode = stringEnum("ThreadMemoryMode", ["enabled", "disabled"]);
export type ThreadMemoryMode = Out<typeof ThreadMemoryMode>;

export const Verbosity = stringEnum("Verbosity", ["low", "medium", "high"]);
export type Verbosity = Out<typeof Verbosity>;

export const WebSearchContextSize = stringEnum("WebSearchContextSize", ["low", "medium", "high"]);
export type WebSearchContextSize = Out<typeof WebSearchContextSize>;

export const WebSearchLocation = closed("WebSearchLocation", () => ({
  country: nullable(string),
  region: nullable(string),
  city: nullable(string),
  timezone: nullable(string),
}));
export interface WebSearchLocation extends Out<typeof WebSearchLocation> {}

export const WebSearchMode = stringEnum("WebSearchMode", ["disabled", "cached", "live"]);
export type WebSearchMode = Out<typeof WebSearchMode>;

export const WebSearchToolConfig = closed("WebSearchToolConfig", () => ({
  context_size: nullable(WebSearchContextSize),
  allowed_domains: nullable(array(string)),
  location: nullable(WebSearchLocation),
}));
export interface WebSearchToolConfig extends Out<typeof WebSearchToolConfig> {}

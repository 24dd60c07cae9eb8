import type { PlanType } from "@codex-ts/protocol";

const PLANS: readonly PlanType[] = [
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
];

/** A plan's name as the wire knows it: `unknown` for a newer one, null when none is named. */
export function planTypeOf(value: unknown): PlanType | null {
  if (typeof value !== "string") return null;
  return PLANS.find(plan => plan === value) ?? "unknown";
}

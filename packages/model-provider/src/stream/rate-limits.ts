import { planTypeOf } from "../auth/plan.ts";
import { isObject, type RateLimitSnapshot } from "../wire.ts";

type RateLimitWindow = NonNullable<RateLimitSnapshot["primary"]>;
type CreditsSnapshot = NonNullable<RateLimitSnapshot["credits"]>;

/** Looks a response header up by its name in lower case. */
export type HeaderLookup = (name: string) => string | null;

const DEFAULT_FAMILY = "codex";

/** Snapshots of a response: the `codex` family always, then every other family that says something, sorted. */
export function rateLimitsOf(names: Iterable<string>, header: HeaderLookup): RateLimitSnapshot[] {
  const families = new Set<string>();
  for (const name of names) {
    const family = /^x-(.+)-primary-used-percent$/.exec(name.toLowerCase())?.[1];
    if (family !== undefined && family !== DEFAULT_FAMILY) families.add(family);
  }
  const others = [...families].sort().map(family => rateLimitOf(family, header));
  return [rateLimitOf(DEFAULT_FAMILY, header), ...others.filter(hasData)];
}

/** The snapshot of one family (`codex`, `codex_other`); empty when no header speaks of it. */
export function rateLimitOf(family: string, header: HeaderLookup): RateLimitSnapshot {
  const id = family.trim().toLowerCase().replaceAll("_", "-");
  return {
    limitId: id.replaceAll("-", "_"),
    limitName: header(`x-${id}-limit-name`)?.trim() || null,
    primary: windowOf(`x-${id}-primary`, header),
    secondary: windowOf(`x-${id}-secondary`, header),
    credits: creditsOf(header),
    planType: null,
    rateLimitReachedType: null,
  };
}

function hasData(snapshot: RateLimitSnapshot): boolean {
  return snapshot.primary !== null || snapshot.secondary !== null;
}

function windowOf(prefix: string, header: HeaderLookup): RateLimitWindow | null {
  const usedPercent = numberOf(header(`${prefix}-used-percent`));
  if (usedPercent === null) return null;
  const windowDurationMins = integerOf(header(`${prefix}-window-minutes`));
  const resetsAt = integerOf(header(`${prefix}-reset-at`));
  if (usedPercent === 0 && (windowDurationMins ?? 0) === 0 && resetsAt === null) return null;
  return { usedPercent, windowDurationMins, resetsAt };
}

function creditsOf(header: HeaderLookup): CreditsSnapshot | null {
  const hasCredits = booleanOf(header("x-codex-credits-has-credits"));
  const unlimited = booleanOf(header("x-codex-credits-unlimited"));
  if (hasCredits === null || unlimited === null) return null;
  return { hasCredits, unlimited, balance: header("x-codex-credits-balance")?.trim() || null };
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;

function numberOf(text: string | null): number | null {
  if (text === null || !FLOAT.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function integerOf(text: string | null): number | null {
  return text !== null && INTEGER.test(text) ? numberOf(text) : null;
}

function booleanOf(text: string | null): boolean | null {
  const value = text?.trim().toLowerCase();
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : null;
}

/** The snapshot of a `codex.rate_limits` event of a WebSocket; null when it is not one. */
export function rateLimitOfEvent(event: unknown): RateLimitSnapshot | null {
  if (!isObject(event)) return null;
  const limits = isObject(event.rate_limits) ? event.rate_limits : {};
  const name = [event.metered_limit_name, event.limit_name].find(value => typeof value === "string" && value.trim());
  const limitName = typeof event.limit_name === "string" ? event.limit_name : null;
  return {
    limitId: typeof name === "string" ? name.trim().toLowerCase().replaceAll("-", "_") : DEFAULT_FAMILY,
    limitName,
    primary: eventWindow(limits.primary),
    secondary: eventWindow(limits.secondary),
    credits: eventCredits(event.credits),
    planType: planTypeOf(event.plan_type),
    rateLimitReachedType: null,
  };
}

function eventWindow(value: unknown): RateLimitWindow | null {
  if (!isObject(value) || typeof value.used_percent !== "number") return null;
  return {
    usedPercent: value.used_percent,
    windowDurationMins: typeof value.window_minutes === "number" ? value.window_minutes : null,
    resetsAt: typeof value.reset_at === "number" ? value.reset_at : null,
  };
}

function eventCredits(value: unknown): CreditsSnapshot | null {
  if (!isObject(value) || typeof value.has_credits !== "boolean" || typeof value.unlimited !== "boolean") return null;
  return {
    hasCredits: value.has_credits,
    unlimited: value.unlimited,
    balance: typeof value.balance === "string" ? value.balance.trim() || null : null,
  };
}

export interface UsageLimitFacts {
  /** Name of the limit that was hit, when it is not the general one. */
  limitName: string | null;
  promo: string | null;
  plan: string | null;
  /** Unix seconds. */
  resetsAt: number | null;
  /** Milliseconds since the epoch. */
  now: number;
}

const TEAM_PLANS = new Set(["team", "business", "self_serve_business_usage_based", "enterprise_cbp_usage_based"]);

/** The text for a plan whose limit is reached; the first variant that applies. */
export function usageLimitText(facts: UsageLimitFacts): string {
  const { limitName, promo, plan } = facts;
  const when = facts.resetsAt === null ? null : resetTime(facts.resetsAt * 1000, facts.now);
  const or = when === null ? " or try again later." : ` or try again at ${when}.`;
  const sentence = when === null ? " Try again later." : ` Try again at ${when}.`;
  const start = "You've hit your usage limit";
  if (limitName !== null && limitName.toLowerCase() !== "codex") {
    return `${start} for ${limitName}. Switch to another model now,${or}`;
  }
  if (promo !== null) return `${start}. ${promo},${or}`;
  if (plan === "plus") {
    return (
      `${start}. Upgrade to Pro (https://chatgpt.com/explore/pro), ` +
      `visit https://chatgpt.com/codex/settings/usage to purchase more credits${or}`
    );
  }
  if (plan !== null && TEAM_PLANS.has(plan))
    return `${start}. To get more access now, send a request to your admin${or}`;
  if (plan === "free" || plan === "go") {
    return `${start}. Upgrade to Plus to continue using Codex (https://chatgpt.com/explore/plus),${or}`;
  }
  if (plan === "pro" || plan === "prolite") {
    return `${start}. Visit https://chatgpt.com/codex/settings/usage to purchase more credits${or}`;
  }
  return `${start}.${sentence}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Local time: `3:05 PM` when it is today, else `Nov 3rd, 2026 3:05 PM`. */
export function resetTime(at: number, now: number): string {
  const date = new Date(at);
  const hour = date.getHours();
  const time = `${hour % 12 || 12}:${String(date.getMinutes()).padStart(2, "0")} ${hour < 12 ? "AM" : "PM"}`;
  if (date.toDateString() === new Date(now).toDateString()) return time;
  const day = date.getDate();
  return `${MONTHS[date.getMonth()] ?? ""} ${day}${ordinal(day)}, ${date.getFullYear()} ${time}`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return "th";
  return ["th", "st", "nd", "rd"][day % 10] ?? "th";
}

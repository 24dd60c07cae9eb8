import type { AnalyticsEvent } from "./events/shared.ts";

/** How long a request may take, milliseconds. */
export const ANALYTICS_TIMEOUT_MS = 10_000;

/** Where events go. @param baseUrl `chatgpt_base_url` */
export function analyticsUrl(baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, "")}/codex/analytics-events/events`;
}

/** The body of a request. */
export function analyticsBody(events: readonly AnalyticsEvent[]): string {
  return JSON.stringify({ events });
}

import { ANALYTICS_TIMEOUT_MS, analyticsBody, type AnalyticsEvent, analyticsUrl } from "@codex-ts/analytics";
import { type AuthSource, type HttpFetch, requestAuth } from "@codex-ts/model-provider";

export interface AnalyticsSenderOptions {
  auth: AuthSource;
  /** `chatgpt_base_url`. */
  baseUrl: string;
  originator: string;
  userAgent: string;
  fetch: HttpFetch;
}

/**
 * Posts events to the backend of ChatGPT. Without a login there nothing leaves the machine. Rejects with a line for the log that
 * holds no credential. Spec: analytics, A1.1.
 */
export function analyticsSender(options: AnalyticsSenderOptions): (events: readonly AnalyticsEvent[]) => Promise<void> {
  const url = analyticsUrl(options.baseUrl);
  return async events => {
    const credential = await options.auth.credential();
    if (credential?.kind !== "chatgpt") return;
    const { headers } = requestAuth(credential);
    const response = await options
      .fetch(url, {
        method: "POST",
        headers: {
          ...headers,
          "content-type": "application/json",
          originator: options.originator,
          "user-agent": options.userAgent,
        },
        body: analyticsBody(events),
        signal: AbortSignal.timeout(ANALYTICS_TIMEOUT_MS),
      })
      .catch((error: unknown) => {
        throw new Error(`failed to send events request: ${error instanceof Error ? error.message : String(error)}`);
      });
    const body = await response.text();
    if (!response.ok) throw new Error(`events failed with status ${response.status}: ${body.slice(0, 1000)}`);
  };
}

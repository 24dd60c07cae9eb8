import { planTypeOf } from "../auth/plan.ts";
import type { Credential } from "../auth/credential.ts";
import { requestAuth } from "../auth/credential.ts";
import type { HttpFetch, HttpResponse } from "../transport/http-client.ts";
import { isObject, type Json, type RateLimitSnapshot } from "../wire.ts";

/** What a call of the ChatGPT backend needs. */
export interface BackendCall {
  fetch: HttpFetch;
  /** `chatgpt_base_url`. */
  baseUrl: string;
  credential: Credential;
  userAgent: string;
}

/** An account's limits: the one to show, and all by id. */
export interface AccountRateLimits {
  rateLimits: RateLimitSnapshot;
  rateLimitsByLimitId: Record<string, RateLimitSnapshot>;
}

/** The address of a backend service; a base without `/backend-api` is a gateway with paths of its own. */
export function backendUrl(baseUrl: string, service: string): string {
  const base = baseUrl.replace(/\/+$/, "");
  return `${base}${base.includes("/backend-api") ? "/wham" : "/api/codex"}/${service}`;
}

/**
 * The limits of a ChatGPT account, as the backend has them now.
 * @throws {Error} no answer, or not the expected one; its text holds no token
 */
export async function readAccountRateLimits(call: BackendCall): Promise<AccountRateLimits> {
  const url = backendUrl(call.baseUrl, "usage");
  const response = await ask(call, "GET", url);
  if (!response.ok) throw new Error(`GET ${url} failed: ${response.status}`);
  const usage: unknown = await response.json().catch(() => null);
  if (!isObject(usage)) throw new Error(`GET ${url} answered with no JSON object`);
  const planType = planTypeOf(usage.plan_type);
  const main = snapshot("codex", null, usage.rate_limit, { credits: usage.credits, planType });
  const reached = isObject(usage.rate_limit_reached_type) ? text(usage.rate_limit_reached_type.type) : null;
  const rateLimits: RateLimitSnapshot = {
    ...main,
    rateLimitReachedType: reached as RateLimitSnapshot["rateLimitReachedType"],
  };
  const byId: Record<string, RateLimitSnapshot> = { codex: rateLimits };
  for (const limit of Array.isArray(usage.additional_rate_limits) ? usage.additional_rate_limits : []) {
    if (!isObject(limit)) continue;
    const id = text(limit.metered_feature) ?? "unknown";
    byId[id] = snapshot(id, text(limit.limit_name), limit.rate_limit, { credits: null, planType });
  }
  return { rateLimits, rateLimitsByLimitId: byId };
}

/**
 * Asks the owner of the account's workspace for more.
 * @throws {Error} no answer, or a refusal
 */
export async function sendCreditsNudge(
  call: BackendCall,
  creditType: "credits" | "usage_limit",
): Promise<"sent" | "cooldown_active"> {
  const url = backendUrl(call.baseUrl, "accounts/send_add_credits_nudge_email");
  const response = await ask(call, "POST", url, { credit_type: creditType });
  if (response.status === 429) return "cooldown_active";
  if (!response.ok) throw new Error(`POST ${url} failed: ${response.status}`);
  return "sent";
}

/**
 * The diff that a cloud task came to.
 * @throws {Error} no answer, or a task without a diff; its text holds no token
 */
export async function taskDiff(call: BackendCall, taskId: string): Promise<string> {
  const url = backendUrl(call.baseUrl, `tasks/${encodeURIComponent(taskId)}`);
  const response = await ask(call, "GET", url);
  if (!response.ok) throw new Error(`GET ${url} failed: ${response.status}`);
  const task: unknown = await response.json().catch(() => null);
  const turn = isObject(task) ? task.current_diff_task_turn : undefined;
  if (!isObject(turn)) throw new Error("No diff turn found");
  const items: readonly unknown[] = Array.isArray(turn.output_items) ? turn.output_items : [];
  for (const item of items) {
    if (!isObject(item) || item.type !== "pr" || !isObject(item.output_diff)) continue;
    const diff = text(item.output_diff.diff);
    if (diff !== null) return diff;
  }
  throw new Error("No PR output item found");
}

async function ask(call: BackendCall, method: string, url: string, body?: Json): Promise<HttpResponse> {
  const headers: Record<string, string> = { "user-agent": call.userAgent, ...requestAuth(call.credential).headers };
  if (body !== undefined) headers["content-type"] = "application/json";
  return await call.fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
}

function snapshot(
  limitId: string,
  limitName: string | null,
  limit: unknown,
  more: { credits: unknown; planType: RateLimitSnapshot["planType"] },
): RateLimitSnapshot {
  const windows = isObject(limit) ? limit : {};
  return {
    limitId,
    limitName,
    primary: windowOf(windows.primary_window),
    secondary: windowOf(windows.secondary_window),
    credits: creditsOf(more.credits),
    planType: more.planType,
    rateLimitReachedType: null,
  };
}

function windowOf(value: unknown): RateLimitSnapshot["primary"] {
  if (!isObject(value) || typeof value.used_percent !== "number") return null;
  const seconds = whole(value.limit_window_seconds);
  return {
    usedPercent: Math.round(value.used_percent),
    windowDurationMins: seconds === null || seconds <= 0 ? null : Math.ceil(seconds / 60),
    resetsAt: whole(value.reset_at),
  };
}

function creditsOf(value: unknown): RateLimitSnapshot["credits"] {
  if (!isObject(value)) return null;
  return {
    hasCredits: value.has_credits === true,
    unlimited: value.unlimited === true,
    balance: text(value.balance),
  };
}

function whole(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? Math.trunc(value) : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

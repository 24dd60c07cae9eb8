import type { HookRunSummary } from "@codex-ts/protocol";
import { EVENT_WORDS } from "../events/names.ts";
import { type HookEvent, runIdSuffix } from "../events/event.ts";
import type { Judgement } from "../events/judgement.ts";
import type { HookHandler } from "../handler.ts";

/** The id of a run: the same again when the same handler runs again for the same thing (spec: hooks §7). */
export function hookRunId(handler: HookHandler, event: HookEvent): string {
  const id = `${EVENT_WORDS[handler.event].kebab}:${handler.displayOrder}:${handler.sourcePath}`;
  const suffix = runIdSuffix(event);
  return suffix === null ? id : `${id}:${suffix}`;
}

/** A run that begins. `nowMs`: Unix time, milliseconds. */
export function startedRun(handler: HookHandler, event: HookEvent, nowMs: number): HookRunSummary {
  return {
    id: hookRunId(handler, event),
    eventName: EVENT_WORDS[handler.event].wire,
    handlerType: "command",
    executionMode: "sync",
    scope: EVENT_WORDS[handler.event].scope,
    sourcePath: handler.sourcePath,
    source: handler.source,
    displayOrder: handler.displayOrder,
    status: "running",
    statusMessage: handler.statusMessage,
    startedAt: Math.floor(nowMs / 1000),
    completedAt: null,
    durationMs: null,
    entries: [],
  };
}

/** The same run at its end. */
export function completedRun(
  started: HookRunSummary,
  judgement: Pick<Judgement<unknown>, "status" | "entries">,
  time: { readonly nowMs: number; readonly durationMs: number },
): HookRunSummary {
  return {
    ...started,
    status: judgement.status,
    completedAt: Math.floor(time.nowMs / 1000),
    durationMs: Math.round(time.durationMs),
    entries: [...judgement.entries],
  };
}

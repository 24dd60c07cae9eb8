import type { ConfigLayer, Requirements } from "@codex-ts/config";
import type { AsyncHandler } from "@codex-ts/hooks";
import type { ThreadServices } from "../thread/services.ts";
import { HookRunLog } from "./run-log.ts";
import { SessionHooks, type SessionStartSource } from "./session-hooks.ts";

export interface HooksPlace {
  /** All layers of the settings, lowest precedence first. */
  layers: readonly ConfigLayer[];
  requirements: Requirements;
  /** Feature `codex_hooks`. */
  enabled: boolean;
  /** Functions that the runtime's owner hooks in. */
  functions: readonly AsyncHandler[];
  sessionStart: SessionStartSource;
  /** Where ended runs are kept; null for a thread that is not. */
  runsFile: string | null;
  warn(message: string): void;
}

/** Finds what is hooked into a new session; null when nothing is, so that turns need not ask. Warnings name what is left out, and why. */
export async function loadHooks(
  place: HooksPlace,
  services: ThreadServices,
): Promise<{ hooks: SessionHooks | null; warnings: readonly string[] }> {
  if (!place.enabled && place.functions.length === 0) return { hooks: null, warnings: [] };
  const { discoverHooks, HookEngine } = await import("@codex-ts/hooks");
  const { handlers, warnings } = await discoverHooks({
    layers: place.layers,
    managed: place.requirements.hooks ?? null,
    enabled: place.enabled,
    functions: place.functions,
    platform: services.platform,
  });
  if (handlers.length === 0) return { hooks: null, warnings };
  const { env, shell, platform, clock } = services;
  const engine = new HookEngine({ handlers, env, shell, platform, clock });
  const log = place.runsFile === null ? null : new HookRunLog(place.runsFile, place.warn);
  return { hooks: new SessionHooks(engine, place.sessionStart, log), warnings };
}

import type { ConfigOverrides } from "@codex-ts/config";
import type { StoredThread } from "@codex-ts/thread-store";

/** The thread that settings come from. A thread that goes on keeps its model and effort, a copy begins with those of the files. */
export interface Origin {
  readonly stored: StoredThread;
  readonly keepsModel: boolean;
}

/** What the last turn of a stored thread ran with. */
export function recordedModel(stored: StoredThread): ConfigOverrides {
  const last = stored.items.findLast(item => item.type === "turn_context");
  if (last?.type !== "turn_context") return {};
  const { model, effort } = last.payload;
  return {
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof effort === "string"
      ? { modelReasoningEffort: effort as NonNullable<ConfigOverrides["modelReasoningEffort"]> }
      : {}),
  };
}

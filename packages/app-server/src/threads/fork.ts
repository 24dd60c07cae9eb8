import type { Config } from "@codex-ts/config";
import { systemIds, TURN_ABORTED_FRAGMENT } from "@codex-ts/core";
import type { RolloutItem, StoredThread } from "@codex-ts/thread-store";
import type { AppServer } from "../server.ts";

/** Writes the record of a new thread that begins with the given items, and reads it back. */
export async function forkedRecord(
  server: AppServer,
  parts: { config: Config; items: readonly RolloutItem[]; forkedFrom: string | null },
): Promise<StoredThread> {
  const { store } = await server.runtime();
  const { config, forkedFrom } = parts;
  const writer = store.create(
    {
      id: systemIds().uuid7(),
      ...(forkedFrom === null ? {} : { forked_from_id: forkedFrom }),
      cwd: config.cwd,
      originator: server.originatorName,
      cli_version: server.options.version,
      source: server.options.source ?? "vscode",
      model_provider: config.modelProviderId,
      base_instructions: baseInstructions(parts.items),
    },
    { history: "extended" },
  );
  writer.append(copiedItems(parts.items));
  await writer.materialize();
  await writer.close();
  return store.load({ path: writer.path });
}

/** What a copy begins with. Who copies a thread within a turn tells the copy's model that the turn was cut off. */
export function copiedItems(items: readonly RolloutItem[]): RolloutItem[] {
  const cut = openTurn(items);
  if (cut === null) return [...items];
  const content = [{ type: "input_text" as const, text: TURN_ABORTED_FRAGMENT }];
  return [
    ...items,
    { type: "response_item", payload: { type: "message", role: "user", content } },
    { type: "event_msg", payload: { type: "turn_aborted", turn_id: cut, reason: "interrupted" } },
  ];
}

/** The turn that the source was in when it was copied. */
function openTurn(items: readonly RolloutItem[]): string | null {
  let open: string | null = null;
  for (const item of items) {
    if (item.type !== "event_msg") continue;
    if (item.payload.type === "task_started") open = String(item.payload["turn_id"] ?? "");
    else if (item.payload.type === "task_complete" || item.payload.type === "turn_aborted") open = null;
  }
  return open;
}

function baseInstructions(items: readonly RolloutItem[]): { text: string } | null {
  const meta = items.find(item => item.type === "session_meta");
  return meta?.type === "session_meta" ? (meta.payload.base_instructions ?? null) : null;
}

import type { Config } from "@codex-ts/config";
import { readGitInfo, systemIds, TURN_ABORTED_FRAGMENT } from "@codex-ts/core";
import type { RolloutItem, SessionMetaRecord, StoredThread } from "@codex-ts/thread-store";
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
      ...inherited(parts.items),
    },
    { history: "extended", git: () => readGitInfo(config.cwd) },
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
    { type: "event_msg", payload: { type: "turn_aborted", turn_id: cut.id, reason: "interrupted" } },
  ];
}

/** The turn that the source was in when it was copied. In older records, which do not say when one begins, the person's words begin one. */
function openTurn(items: readonly RolloutItem[]): { id: string | null } | null {
  let open: { id: string | null } | null = null;
  for (const item of items) {
    if (item.type !== "event_msg") continue;
    if (item.payload.type === "task_started") open = { id: String(item.payload["turn_id"] ?? "") };
    else if (item.payload.type === "user_message") open ??= { id: null };
    else if (item.payload.type === "task_complete" || item.payload.type === "turn_aborted") open = null;
  }
  return open;
}

/** What a copy has of its source's first record: the instructions, and the tools of the client that started it. */
function inherited(items: readonly RolloutItem[]): Pick<SessionMetaRecord, "base_instructions" | "dynamic_tools"> {
  const meta = items.find(item => item.type === "session_meta");
  if (meta?.type !== "session_meta") return { base_instructions: null };
  const { base_instructions = null, dynamic_tools } = meta.payload;
  return { base_instructions, ...(dynamic_tools?.length ? { dynamic_tools } : {}) };
}

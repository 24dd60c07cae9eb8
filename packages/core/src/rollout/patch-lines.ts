import { legacyFileChanges, type PatchChange } from "@codex-ts/apply-patch";
import type { ThreadItem } from "@codex-ts/protocol";
import type { RolloutItem } from "@codex-ts/thread-store";

type FileChange = Extract<ThreadItem, { type: "fileChange" }>;

/** The line of a finished patch. Only threads that keep a fuller history write it; the writer sorts that out. */
export function patchApplyEndLine(
  item: FileChange,
  more: { text: string; changes: ReadonlyMap<string, PatchChange>; turnId: string },
): RolloutItem {
  const success = item.status === "completed";
  return {
    type: "event_msg",
    payload: {
      type: "patch_apply_end",
      call_id: item.id,
      turn_id: more.turnId,
      stdout: success ? more.text : "",
      stderr: success ? "" : more.text,
      success,
      changes: legacyFileChanges(more.changes),
      status: item.status,
    },
  };
}

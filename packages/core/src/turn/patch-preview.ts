import { type LegacyFileChange, parsePartialPatch, streamedFileChanges } from "@codex-ts/apply-patch";
import type { StreamedItem } from "@codex-ts/model-provider";
import type { FileUpdateChange } from "@codex-ts/protocol";
import type { TurnScope } from "./turn-scope.ts";

/** Clients are told no oftener than this. */
const PAUSE_MS = 500;

/** Shows a patch while the model still writes it (feature `apply_patch_streaming_events`, spec tools.md 6.2). */
export class PatchPreview {
  private readonly turn: TurnScope;
  private readonly callId: string;
  private text = "";
  /** What was shown or waits to be, as JSON. */
  private known = "[]";
  private waiting: FileUpdateChange[] | null = null;
  private toldAt = Number.NEGATIVE_INFINITY;

  private constructor(turn: TurnScope, callId: string) {
    this.turn = turn;
    this.callId = callId;
  }

  /** The preview of a call that begins; null when it is no patch, or nobody wants to see one. */
  static of(turn: TurnScope, item: StreamedItem): PatchPreview | null {
    const wanted = turn.session.config.features["apply_patch_streaming_events"] === true;
    return wanted && item.type === "custom_tool_call" && item.name === "apply_patch"
      ? new PatchPreview(turn, item.call_id)
      : null;
  }

  /** @param callId the call that the text belongs to, when the server says so */
  push(delta: string, callId: string | undefined): void {
    if (callId !== undefined && callId !== this.callId) return;
    this.text += delta;
    const changes = changeItems(streamedFileChanges(parsePartialPatch(this.text) ?? []));
    const written = JSON.stringify(changes);
    if (changes.length === 0 || written === this.known) return;
    this.known = written;
    this.waiting = changes;
    if (this.turn.session.services.clock.monotonic() - this.toldAt >= PAUSE_MS) this.tell();
  }

  /** The call is complete: what still waits is shown. */
  finish(): void {
    this.tell();
  }

  private tell(): void {
    if (this.waiting === null) return;
    this.turn.emit("item/fileChange/patchUpdated", { itemId: this.callId, changes: this.waiting });
    this.waiting = null;
    this.toldAt = this.turn.session.services.clock.monotonic();
  }
}

function changeItems(changes: Readonly<Record<string, LegacyFileChange>>): FileUpdateChange[] {
  return Object.keys(changes)
    .sort()
    .map(path => ({ path, ...changeItem(changes[path]!) }));
}

function changeItem(change: LegacyFileChange): Omit<FileUpdateChange, "path"> {
  if (change.type !== "update") return { kind: { type: change.type }, diff: change.content };
  const { unified_diff: diff, move_path: moved } = change;
  return { kind: { type: "update", move_path: moved }, diff: moved === null ? diff : `${diff}\n\nMoved to: ${moved}` };
}

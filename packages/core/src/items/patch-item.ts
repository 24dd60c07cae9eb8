import { fileChangeItems, type PatchChange } from "@codex-ts/apply-patch";
import type { FileUpdateChange, PatchApplyStatus } from "@codex-ts/protocol";
import { patchApplyEndLine } from "../rollout/patch-lines.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** The life of one file-change item: started once, completed when the patch is in or refused. */
export class PatchItem {
  private readonly turn: TurnScope;
  private readonly callId: string;
  private readonly planned: ReadonlyMap<string, PatchChange>;
  private readonly changes: FileUpdateChange[];
  private started = false;

  constructor(turn: TurnScope, callId: string, planned: ReadonlyMap<string, PatchChange>) {
    this.turn = turn;
    this.callId = callId;
    this.planned = planned;
    this.changes = fileChangeItems(planned);
  }

  /** Emits the start, unless the client was asked about the patch and has seen it. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.turn.itemStarted(this.item("inProgress"));
  }

  delta(text: string): void {
    this.turn.emit("item/fileChange/outputDelta", { itemId: this.callId, delta: text });
  }

  /** `text`: what applying it said. */
  complete(status: Exclude<PatchApplyStatus, "inProgress">, text = ""): void {
    const item = this.item(status);
    this.turn.itemCompleted(item, [patchApplyEndLine(item, { text, changes: this.planned, turnId: this.turn.id })]);
  }

  private item(status: PatchApplyStatus) {
    return { type: "fileChange" as const, id: this.callId, changes: this.changes, status };
  }
}

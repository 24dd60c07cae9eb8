import type { FileUpdateChange, PatchApplyStatus } from "@codex-ts/protocol";
import type { TurnScope } from "../turn/turn-scope.ts";

/** The life of one file-change item: started once, completed when the patch is in or refused. */
export class PatchItem {
  private readonly turn: TurnScope;
  private readonly callId: string;
  private readonly changes: FileUpdateChange[];
  private started = false;

  constructor(turn: TurnScope, callId: string, changes: FileUpdateChange[]) {
    this.turn = turn;
    this.callId = callId;
    this.changes = changes;
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

  complete(status: Exclude<PatchApplyStatus, "inProgress">): void {
    this.turn.itemCompleted(this.item(status));
  }

  private item(status: PatchApplyStatus) {
    return { type: "fileChange" as const, id: this.callId, changes: this.changes, status };
  }
}

import type { CommandAction, CommandExecutionSource, CommandExecutionStatus, ThreadItem } from "@codex-ts/protocol";
import type { TurnEmitter } from "../turn/turn-emitter.ts";

type CommandExecution = Extract<ThreadItem, { type: "commandExecution" }>;

export interface CommandItemFacts {
  callId: string;
  /** The argument list, joined as one would type it. */
  command: string;
  cwd: string;
  actions: CommandAction[];
  source: CommandExecutionSource;
}

export interface CommandEnd {
  status: Exclude<CommandExecutionStatus, "inProgress">;
  /** null: nothing was printed, or the command never ran. */
  output: string | null;
  exitCode: number | null;
  durationMs: number | null;
}

/** The life of one command item: started once, completed when the command ends. */
export class CommandItem {
  private readonly turn: Pick<TurnEmitter, "emit" | "itemStarted" | "itemCompleted">;
  private readonly facts: CommandItemFacts;
  private started = false;
  processId: string | null = null;
  source: CommandExecutionSource;

  constructor(turn: Pick<TurnEmitter, "emit" | "itemStarted" | "itemCompleted">, facts: CommandItemFacts) {
    this.turn = turn;
    this.facts = facts;
    this.source = facts.source;
  }

  get hasStarted(): boolean {
    return this.started;
  }

  /** Emits the start, unless a client has seen it already (an approval request starts the item before the command runs). */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.turn.itemStarted(this.item("inProgress", null, null, null));
  }

  delta(text: string): void {
    this.turn.emit("item/commandExecution/outputDelta", { itemId: this.facts.callId, delta: text });
  }

  complete(end: CommandEnd): void {
    this.turn.itemCompleted(this.item(end.status, end.output, end.exitCode, end.durationMs));
  }

  private item(
    status: CommandExecutionStatus,
    aggregatedOutput: string | null,
    exitCode: number | null,
    durationMs: number | null,
  ): CommandExecution {
    return {
      type: "commandExecution",
      id: this.facts.callId,
      command: this.facts.command,
      cwd: this.facts.cwd,
      processId: this.processId,
      source: this.source,
      status,
      commandActions: this.facts.actions,
      aggregatedOutput: aggregatedOutput === "" ? null : aggregatedOutput,
      exitCode,
      durationMs,
    };
  }
}

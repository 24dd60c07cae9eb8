import type { CommandAction, CommandExecutionSource, CommandExecutionStatus, ThreadItem } from "@codex-ts/protocol";
import { joinWords, type ParsedCommand } from "@codex-ts/shell-command";
import { execCommandEndLine } from "../rollout/command-lines.ts";
import type { TurnEmitter } from "../turn/turn-emitter.ts";
import { commandActions } from "./command-actions.ts";

type CommandExecution = Extract<ThreadItem, { type: "commandExecution" }>;

export interface CommandItemFacts {
  callId: string;
  argv: readonly string[];
  cwd: string;
  /** What the command does, as far as one can tell. */
  parsed: readonly ParsedCommand[];
  source: CommandExecutionSource;
}

export interface CommandEnd {
  status: Exclude<CommandExecutionStatus, "inProgress">;
  /** null: the command never ran. */
  output: string | null;
  exitCode: number | null;
  durationMs: number | null;
}

/** The life of one command item: started once, completed when the command ends. */
export class CommandItem {
  /** The command as one would type it. */
  readonly command: string;
  readonly actions: CommandAction[];
  private readonly turn: Pick<TurnEmitter, "emit" | "itemStarted" | "itemCompleted" | "turnId">;
  private readonly facts: CommandItemFacts;
  private started = false;
  processId: string | null = null;
  source: CommandExecutionSource;

  constructor(turn: Pick<TurnEmitter, "emit" | "itemStarted" | "itemCompleted" | "turnId">, facts: CommandItemFacts) {
    this.turn = turn;
    this.facts = facts;
    this.command = joinWords(facts.argv);
    this.actions = commandActions(facts.parsed, facts.cwd);
    this.source = facts.source;
  }

  get callId(): string {
    return this.facts.callId;
  }

  get cwd(): string {
    return this.facts.cwd;
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
    const item = this.item(end.status, end.output, end.exitCode, end.durationMs);
    const line = execCommandEndLine(item, {
      argv: this.facts.argv,
      parsed: this.facts.parsed,
      turnId: this.turn.turnId,
    });
    this.turn.itemCompleted(item, [line]);
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
      command: this.command,
      cwd: this.facts.cwd,
      processId: this.processId,
      source: this.source,
      status,
      commandActions: this.actions,
      aggregatedOutput: aggregatedOutput === "" ? null : aggregatedOutput,
      exitCode,
      durationMs,
    };
  }
}

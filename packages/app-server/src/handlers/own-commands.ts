import type { SandboxedProcess } from "@codex-ts/sandbox";
import type { Connection } from "../connection.ts";
import { invalidRequest } from "../errors.ts";

/** A command that a client runs. */
export interface Command {
  process: SandboxedProcess;
  streamsStdin: boolean;
  stdinClosed: boolean;
  ended: boolean;
  terminate(): void;
}

/** One client's commands. They end with the connection. */
export class OwnCommands {
  private readonly all = new Set<Command>();
  private readonly named = new Map<string, Command>();
  /** Commands that are being started, by the id the client gave. */
  private readonly starting = new Map<string, Promise<void>>();

  constructor(private readonly connection: Connection) {
    connection.onClose(() => {
      for (const command of this.all) command.terminate();
    });
  }

  /** Starts a command once the ones before it under the same id are started or refused. */
  inTurn(id: string | null, start: () => Promise<void>): Promise<void> {
    if (id === null) return start();
    const started = (this.starting.get(id) ?? Promise.resolve()).then(start);
    const settled = started
      .catch(() => undefined)
      .then(() => {
        if (this.starting.get(id) === settled) this.starting.delete(id);
      });
    this.starting.set(id, settled);
    return started;
  }

  has(id: string): boolean {
    return this.named.has(id);
  }

  add(id: string | null, command: Command): void {
    this.all.add(command);
    if (id !== null) this.named.set(id, command);
    if (!this.connection.isOpen) command.terminate();
  }

  forget(id: string | null, command: Command): void {
    this.all.delete(command);
    if (id !== null) this.named.delete(id);
  }

  /** The command that runs under an id; one that was asked for just before is waited for. */
  async running(id: string): Promise<Command> {
    await this.starting.get(id);
    const command = this.named.get(id);
    const name = JSON.stringify(id);
    if (command === undefined) throw invalidRequest(`no active command/exec for process id ${name}`);
    if (command.ended) throw invalidRequest(`command/exec ${name} is no longer running`);
    return command;
  }
}

const known = new WeakMap<Connection, OwnCommands>();

export function commandsOf(connection: Connection): OwnCommands {
  const own = known.get(connection) ?? new OwnCommands(connection);
  known.set(connection, own);
  return own;
}

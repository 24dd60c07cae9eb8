import type { Command } from "commander";
import { CliError } from "./errors.ts";

interface RemoteFlags {
  remote?: string;
  remoteAuthTokenEnv?: string;
}

/** Commands that are named as a whole, whatever of theirs was asked for. */
const WHOLE = new Set(["exec", "mcp", "login"]);

/** Why these flags do not go with the command (its words behind the program's name); null when they do. */
export function remoteRefusal(
  { remote, remoteAuthTokenEnv: variable }: RemoteFlags,
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CliError | null {
  if (command.length > 0) {
    const [first = ""] = command;
    const name = `codex ${WHOLE.has(first) ? first : command.join(" ")}`;
    const only = `is only supported for interactive TUI commands, not \`${name}\``;
    if (remote !== undefined) return new CliError(`\`--remote ${remote}\` ${only}`);
    return variable === undefined ? null : new CliError(`\`--remote-auth-token-env\` ${only}`);
  }
  if (remote === undefined) {
    return variable === undefined ? null : CliError.plain("ERROR: `--remote-auth-token-env` requires `--remote`.");
  }
  if (!isAddress(remote)) {
    return new CliError(`invalid remote address \`${remote}\`; expected \`ws://host:port\` or \`wss://host:port\``);
  }
  if (variable !== undefined && env[variable] === undefined) {
    return new CliError(`environment variable \`${variable}\` is not set`);
  }
  return null;
}

function isAddress(text: string): boolean {
  return /^wss?:\/\/(?:\[[0-9a-fA-F:.]+\]|[^/?#@:\s]+):\d{1,5}\/?$/.test(text);
}

/** The words of a command behind the program's name. */
export function commandPath(command: Command): string[] {
  return command.parent === null ? [] : [...commandPath(command.parent), command.name()];
}

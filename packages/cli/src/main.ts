import { Command, CommanderError } from "commander";
import { renderFailure } from "./errors.ts";
import { type CommandIo, write } from "./io.ts";
import { addGlobalOptions, addSharedOptions } from "./options.ts";
import { registerCommands } from "./commands/register.ts";
import { addTerminalOptions } from "./terminal-options.ts";
import { versionLine } from "./version.ts";

/** Codes of commander that mean "help or version was asked for and printed". */
const shown = new Set(["commander.helpDisplayed", "commander.version"]);

/** Builds the command tree. Each command's code is loaded when it runs. */
export function createProgram(io: CommandIo, finish: (exitCode: number) => void): Command {
  const program = new Command("codex-ts")
    .description("A coding agent that runs on your machine.")
    .version(versionLine, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      writeOut: text => write(io.stdout, text),
      writeErr: text => write(io.stderr, text),
      getOutHelpWidth: () => (io.stdout.isTTY ? Math.min(io.stdout.columns, 100) : 80),
      getErrHelpWidth: () => (io.stderr.isTTY ? Math.min(io.stderr.columns, 100) : 80),
      outputError: () => {},
    });
  addGlobalOptions(program);
  addSharedOptions(program);
  addTerminalOptions(program, io);
  registerCommands(program, io, finish);
  return program;
}

/**
 * Runs one command line.
 * @param argv arguments after the program's name
 * @returns the exit code: 0 success, 1 run-time failure, 2 usage error, 3 no sandbox to run in
 */
export async function main(argv: string[], io: CommandIo): Promise<number> {
  let exitCode = 0;
  const program = createProgram(io, code => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (shown.has(error.code)) return 0;
      if (error.code === "commander.help") return 2;
      write(io.stderr, usageFailure(error, commandOf(program, argv)));
      return 2;
    }
    const { text, exitCode: code } = renderFailure(error);
    write(io.stderr, text);
    return code;
  }
}

/** The command an argument list reaches: the deepest subcommand named before anything unknown. */
function commandOf(program: Command, argv: string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find(candidate => candidate.name() === word || candidate.aliases().includes(word));
    if (next) command = next;
  }
  return command;
}

/** `error: <what>`, the usage line, and where to find more. */
function usageFailure(error: CommanderError, command: Command): string {
  const message = error.message.replace(/^error: /, "");
  const usage = `Usage: ${fullName(command)} ${command.usage()}`;
  return `error: ${message}\n\n${usage}\n\nFor more information, try '--help'.\n`;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

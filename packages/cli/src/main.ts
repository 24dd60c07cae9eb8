import { type Command, CommanderError } from "commander";
import { CommandLine, CommandLineError } from "./command-line.ts";
import { renderFailure, UsageError } from "./errors.ts";
import { type CommandIo, write } from "./io.ts";
import { featureFlags } from "./global-options.ts";
import { addGlobalOptions, addSharedOptions } from "./options.ts";
import { HELP_COMMAND, HELP_DESCRIPTION } from "./commands/group.ts";
import { levels } from "./commands/levels.ts";
import { registerCommands } from "./commands/register.ts";
import { addTerminalOptions } from "./terminal-options.ts";
import { versionLine } from "./version.ts";

/** Codes of commander that mean "help or version was asked for and printed". */
const shown = new Set(["commander.helpDisplayed", "commander.version"]);

/** Builds the command tree. Each command's code is loaded when it runs. */
export function createProgram(io: CommandIo, finish: (exitCode: number) => void): Command {
  const program = new CommandLine("codex-ts")
    .description("A coding agent that runs on your machine.")
    .version(versionLine, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(HELP_COMMAND, HELP_DESCRIPTION)
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
  let running: Command = program;
  program.hook("preAction", async (_, command) => {
    running = command;
    if (io.env["CODEX_CA_CERTIFICATE"] || io.env["SSL_CERT_FILE"]) {
      (await import("./authorities.ts")).trustAuthorities(io);
    }
    // Here, so that it holds for commands that read no configuration, too.
    const given = levels(command);
    if (featureFlags(given).length > 0) (await import("./config.ts")).checkFeatureFlags(given);
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (shown.has(error.code)) return 0;
      // A group called bare prints its help on stderr and fails; `help` was asked for.
      return error.code === "commander.help" && error.exitCode === 0 ? 0 : 2;
    }
    const usage =
      error instanceof UsageError ? new CommandLineError(error.message, running, { usage: error.showsUsage }) : error;
    if (usage instanceof CommandLineError) {
      write(io.stderr, usage.text);
      return 2;
    }
    const { text, exitCode: code } = renderFailure(error);
    write(io.stderr, text);
    return code;
  }
}

import type { AmendmentScope } from "@codex-ts/execpolicy";
import { Argument, type Command, Option } from "commander";
import type { ReviewFlags } from "../exec/review-target.ts";
import type { CommandIo } from "../io.ts";
import { addGlobalOptions, addImageOption, addModeOptions, addSharedOptions } from "../options.ts";
import type { ExplainOptions } from "./execpolicy.ts";
import { group, HELP_COMMAND, HELP_DESCRIPTION } from "./group.ts";
import { execVersionLine } from "../version.ts";
import { levels } from "./levels.ts";
import { registerAppServer } from "./register-app-server.ts";
import { registerConfigCommands } from "./register-config.ts";
import { registerHooks } from "./register-hooks.ts";
import { registerDebug } from "./register-debug.ts";
import type { SandboxExplainOptions, SandboxOptions } from "./sandbox.ts";

/** Flags of `exec` that `exec resume` and `exec review` take too. */
function addRunOptions(command: Command): Command {
  return command
    .addOption(new Option("--skip-git-repo-check", "run outside a Git repository too"))
    .addOption(new Option("--ephemeral", "keep no session file"))
    .addOption(new Option("--ignore-user-config", "do not read config.toml of CODEX_HOME"))
    .addOption(new Option("--ignore-rules", "do not read .rules files"))
    .addOption(new Option("--json", "print events as JSON lines on stdout"))
    .addOption(new Option("--experimental-json", "older name of --json").hideHelp())
    .addOption(new Option("-o, --output-last-message <file>", "write the final message to a file"));
}

/** Adds every command to the program; an action loads its code when it runs. */
export function registerCommands(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program.addArgument(new Argument("[prompt]", "start an interactive session with this prompt")).action(async () => {
    const { interactiveCommand } = await import("./interactive.ts");
    finish(await interactiveCommand());
  });
  registerExec(program, io, finish);
  registerConfigCommands(program, io, finish);
  registerAppServer(program, io, finish);
  registerSandbox(program, io, finish);
  registerExecpolicy(program, io, finish);
  registerHooks(program, io, finish);
  registerDebug(program, io, finish);
}

function registerExec(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const exec = addRunOptions(addSharedOptions(addGlobalOptions(program.command("exec"))))
    .alias("e")
    .description("run the agent once, without a terminal interface")
    .enablePositionalOptions()
    .helpCommand(HELP_COMMAND, HELP_DESCRIPTION)
    .version(execVersionLine, "-V, --version", "print the version")
    .addOption(new Option("--output-schema <file>", "JSON Schema the final message must follow"))
    .addOption(
      new Option("--color <color>", "colours in the output").choices(["always", "never", "auto"]).default("auto"),
    )
    .addArgument(new Argument("[prompt]", "what to do; `-` reads it from standard input"))
    .action(async (prompt: string | undefined, _options: unknown, command: Command) => {
      const { execCommand } = await import("./exec.ts");
      finish(await execCommand({ kind: "new", prompt }, levels(command), io));
    });

  addReview(addRunOptions(addModeOptions(addGlobalOptions(exec.command("review")))), io, finish);
  addReview(addGlobalOptions(program.command("review")), io, finish);

  addRunOptions(addModeOptions(addImageOption(addGlobalOptions(exec.command("resume")))))
    .description("go on with an earlier session")
    .addArgument(new Argument("[session-id]", "session id (UUID) or name"))
    .addArgument(new Argument("[prompt]", "what to do next; `-` reads it from standard input"))
    .addOption(new Option("--last", "take the most recent session"))
    .addOption(new Option("--all", "look at sessions of every folder"))
    .action(async (session: string | undefined, prompt: string | undefined, _o: unknown, command: Command) => {
      const { execCommand } = await import("./exec.ts");
      const { last = false, all = false } = command.opts<{ last?: boolean; all?: boolean }>();
      const target =
        last && prompt === undefined
          ? { kind: "resume" as const, session: undefined, prompt: session, last, all }
          : { kind: "resume" as const, session, prompt, last, all };
      finish(await execCommand(target, levels(command), io));
    });
}

function addReview(command: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  command
    .description("review changes of the current repository")
    .addOption(new Option("--uncommitted", "staged, unstaged and untracked changes").conflicts(["base", "commit"]))
    .addOption(new Option("--base <branch>", "changes against a branch").conflicts(["uncommitted", "commit"]))
    .addOption(new Option("--commit <sha>", "the changes of a commit").conflicts(["uncommitted", "base"]))
    .option("--title <title>", "how the commit is called in the summary")
    .addArgument(new Argument("[prompt]", "instructions for the reviewer; `-` reads them from standard input"))
    .action(async (prompt: string | undefined, flags: ReviewFlags, self: Command) => {
      const { execCommand } = await import("./exec.ts");
      finish(await execCommand({ kind: "review", prompt, flags }, levels(self), io));
    });
}

function registerSandbox(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const sandbox = group(program.command("sandbox")).description("run one command in the sandbox");
  for (const [name, alias] of [
    ["linux", "landlock"],
    ["macos", "seatbelt"],
    ["windows", undefined],
  ] as const) {
    const command = addGlobalOptions(sandbox.command(name))
      .description(
        `run a command as the agent would on ${name === "macos" ? "macOS" : name === "linux" ? "Linux" : "Windows"}`,
      )
      .passThroughOptions()
      .option("--full-auto", "workspace-write without network instead of read-only")
      .addArgument(new Argument("[command...]", "the command and its arguments"))
      .action(async (words: string[], options: SandboxOptions, self: Command) => {
        const { sandboxCommand } = await import("./sandbox.ts");
        finish(await sandboxCommand(name, words, options, levels(self), io));
      });
    if (name === "macos") {
      command
        .option("--log-denials", "accepted; this version does not print what the sandbox refused")
        .addOption(
          new Option("--allow-unix-socket <path>", "allow unix sockets at or below a path (repeatable)").argParser(
            (value: string, previous: string[] = []) => [...previous, value],
          ),
        );
    }
    if (alias) command.alias(alias);
  }
  addGlobalOptions(sandbox.command("explain"))
    .description("say what confines a command, run it, and name the rule a failure most likely comes from")
    .passThroughOptions()
    .option("--full-auto", "workspace-write without network instead of read-only")
    .option("--dry-run", "only say what would confine the command")
    .option("--json", "print the explanation as JSON, with what the command printed")
    .addArgument(new Argument("<command...>", "the command and its arguments"))
    .action(async (words: string[], options: SandboxExplainOptions, self: Command) => {
      const { sandboxExplainCommand } = await import("./sandbox.ts");
      finish(await sandboxExplainCommand(words, options, levels(self), io));
    });
  addGlobalOptions(program.command("doctor"))
    .description("say which sandbox works here, and what to install for a better one")
    .option("--json", "print the report as JSON")
    .action(async (options: { json?: boolean }, self: Command) => {
      const { doctorCommand } = await import("./doctor.ts");
      finish(await doctorCommand(options, levels(self), io));
    });
}

function registerExecpolicy(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const execpolicy = program.command("execpolicy", { hidden: true }).description("evaluate .rules files");
  addGlobalOptions(execpolicy.command("check"))
    .description("decide one command by the given rules")
    .passThroughOptions()
    .addOption(
      new Option("-r, --rules <path>", "a rules file (repeatable)")
        .argParser((value: string, previous: string[] = []) => [...previous, value])
        .makeOptionMandatory(),
    )
    .option("--pretty", "indent the JSON")
    .option("--resolve-host-executables", "match absolute program paths by host_executable rules")
    .addArgument(new Argument("<command...>", "the command and its arguments"))
    .action(
      async (words: string[], options: { rules: string[]; pretty?: boolean; resolveHostExecutables?: boolean }) => {
        const { execpolicyCheckCommand } = await import("./execpolicy.ts");
        finish(await execpolicyCheckCommand(words, options, io));
      },
    );
  addGlobalOptions(execpolicy.command("explain"))
    .description("say step by step what would happen to a command of the agent, without running it")
    .passThroughOptions()
    .addOption(new Option("-s, --sandbox <mode>", "sandbox instead of the configured one").choices(SANDBOX_MODES))
    .addOption(
      new Option("-a, --ask-for-approval <policy>", "approval policy instead of the configured one").choices(POLICIES),
    )
    .option("--escalated", "as if the model asked to run it outside the sandbox")
    .option("--json", "print the explanation as JSON")
    .addArgument(new Argument("<command...>", "the command and its arguments, or one text for the shell"))
    .action(async (words: string[], options: ExplainOptions, self: Command) => {
      const { execpolicyExplainCommand } = await import("./execpolicy.ts");
      finish(await execpolicyExplainCommand(words, options, levels(self), io));
    });
  addGlobalOptions(execpolicy.command("allow"))
    .description("save a rule that allows commands starting with these words")
    .passThroughOptions()
    .addOption(
      new Option("--scope <scope>", "for you in every project, or for everybody in this trusted project")
        .choices(["user", "project"])
        .default("user"),
    )
    .addArgument(new Argument("<words...>", "the first words of the commands"))
    .action(async (words: string[], options: { scope: AmendmentScope }, self: Command) => {
      const { execpolicyAllowCommand } = await import("./execpolicy.ts");
      finish(await execpolicyAllowCommand(words, options, levels(self), io));
    });
}

const SANDBOX_MODES = ["read-only", "workspace-write", "danger-full-access"];
const POLICIES = ["untrusted", "on-failure", "on-request", "never"];

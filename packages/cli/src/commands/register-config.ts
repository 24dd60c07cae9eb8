import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { CommandLine } from "../command-line.ts";
import type { CommandIo } from "../io.ts";
import { addGlobalOptions } from "../options.ts";
import { group } from "./group.ts";
import { levels } from "./levels.ts";
import type { LoginFlags } from "./login.ts";

type Finish = (exitCode: number) => void;

/** Adds the commands over the configuration: `login`, `logout`, `mcp`, `features`, `config`. */
export function registerConfigCommands(program: Command, io: CommandIo, finish: Finish): void {
  registerLogin(program, io, finish);
  registerMcp(program, io, finish);
  registerFeatures(program, io, finish);
  const config = group(program.command("config")).description("say which settings hold, and why");
  addGlobalOptions(config.command("explain"))
    .description("say where a setting comes from, what it overrides and what constrains it")
    .option("--json", "print the explanation as JSON")
    .addArgument(new Argument("<key>", "dotted path in config.toml, such as `model` or `features.undo`"))
    .action(async (key: string, options: { json?: boolean }, self: Command) => {
      const { configExplainCommand } = await import("./config.ts");
      finish(await configExplainCommand(key, options, levels(self), io));
    });
}

function registerLogin(program: Command, io: CommandIo, finish: Finish): void {
  const login = addGlobalOptions(program.command("login"))
    .description("log in with ChatGPT or an API key")
    .enablePositionalOptions()
    .option("--with-api-key", "read an API key from standard input")
    .option("--device-auth", "log in with a code typed on another device")
    .addOption(new Option("--api-key [key]", "no longer supported").hideHelp())
    .addOption(new Option("--experimental-issuer <url>", "login server to use").hideHelp())
    .addOption(new Option("--experimental_issuer <url>", "older name of the above").hideHelp())
    .action(async (flags: LoginFlags & { experimental_issuer?: string }, self: Command) => {
      const { loginCommand } = await import("./login.ts");
      const issuer = flags.experimentalIssuer ?? flags.experimental_issuer;
      finish(
        await loginCommand(issuer === undefined ? flags : { ...flags, experimentalIssuer: issuer }, levels(self), io),
      );
    });
  addGlobalOptions(login.command("status"))
    .description("say who is logged in")
    .action(async (_options: unknown, self: Command) => {
      const { loginStatusCommand } = await import("./login.ts");
      finish(await loginStatusCommand(levels(self), io));
    });
  addGlobalOptions(program.command("logout"))
    .description("remove stored credentials")
    .action(async (_options: unknown, self: Command) => {
      const { logoutCommand } = await import("./login.ts");
      finish(await logoutCommand(levels(self), io));
    });
}

function registerFeatures(program: Command, io: CommandIo, finish: Finish): void {
  const features = group(program.command("features")).description("list and switch feature flags");
  addGlobalOptions(features.command("list"))
    .description("list all flags with their stage and state")
    .action(async (_options: unknown, self: Command) => {
      const { featuresListCommand } = await import("./features.ts");
      finish(await featuresListCommand(levels(self), io));
    });
  for (const [name, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const) {
    addGlobalOptions(features.command(name))
      .description(`${name} a flag in config.toml`)
      .addArgument(new Argument("<feature>", "key of the flag"))
      .action(async (key: string, _options: unknown, self: Command) => {
        const { featuresSetCommand } = await import("./features.ts");
        finish(await featuresSetCommand(key, enabled, levels(self), io));
      });
  }
}

/** `KEY=VALUE`, collected. */
function envEntry(value: string, previous: string[] = []): string[] {
  const at = value.indexOf("=");
  if (value.slice(0, Math.max(at, 0)).trim() === "") {
    throw new InvalidArgumentError("environment entries must be in KEY=VALUE form");
  }
  return [...previous, value];
}

/**
 * Everything from the second word on is the command that starts the server, also what looks like a flag of ours:
 * `mcp add NAME npx -y package`.
 */
function commandLast(add: Command): Command {
  const parse = add.parseOptions.bind(add);
  const start = (args: readonly string[]): number => {
    let words = 0;
    for (let at = 0; at < args.length; at++) {
      const arg = args[at]!;
      if (arg === "--") return -1;
      if (!arg.startsWith("-") || arg === "-") {
        if (++words === 2) return at;
        continue;
      }
      const option = add.options.find(({ long, short }) => arg === long || arg === short);
      if (option?.required === true) at++;
    }
    return -1;
  };
  add.parseOptions = args => {
    const at = start(args);
    if (at < 0) return parse(args);
    const { operands, unknown } = parse(args.slice(0, at));
    return { operands: [...operands, ...args.slice(at)], unknown };
  };
  return add;
}

function registerMcp(program: Command, io: CommandIo, finish: Finish): void {
  const mcp = group(program.command("mcp")).description("manage MCP servers");
  addGlobalOptions(mcp.command("list"))
    .description("list the configured servers")
    .option("--json", "print them as JSON")
    .action(async (options: { json?: boolean }, self: Command) => {
      const { mcpListCommand } = await import("./mcp.ts");
      finish(await mcpListCommand(options, levels(self), io));
    });
  addGlobalOptions(mcp.command("get"))
    .description("show one server")
    .option("--json", "print it as JSON")
    .addArgument(new Argument("<name>", "name of the server"))
    .action(async (name: string, options: { json?: boolean }, self: Command) => {
      const { mcpGetCommand } = await import("./mcp.ts");
      finish(await mcpGetCommand(name, options, levels(self), io));
    });
  const add = addGlobalOptions(commandLast(mcp.command("add")));
  // The command's own words come after the name: where that is missing, they are.
  if (add instanceof CommandLine) add.alsoRequired(COMMAND_OR_URL, options => options["url"] !== undefined);
  add
    .description("add a server to config.toml, or replace one")
    .usage("[options] <name> (--url <url> | -- <command...>)")
    .addOption(new Option("--env <KEY=VALUE>", "variable of the server's environment (repeatable)").argParser(envEntry))
    .option("--url <url>", "address of a server that is called over HTTP")
    .option("--bearer-token-env-var <name>", "variable that holds the bearer token for --url")
    .addArgument(new Argument("<name>", "name of the server"))
    .addArgument(new Argument("[command...]", "command that starts the server, and its arguments"))
    .action(async (name: string, command: string[], flags: AddFlags, self: Command) => {
      checkTransport(command, flags, self);
      const [{ mcpAddCommand }, { parseMcpEnv }] = await Promise.all([import("./mcp.ts"), import("@codex-ts/config")]);
      const added =
        flags.url === undefined
          ? { command, env: parseMcpEnv(flags.env ?? []) }
          : { url: flags.url, bearerTokenEnvVar: flags.bearerTokenEnvVar ?? null };
      finish(await mcpAddCommand(name, added, levels(self), io));
    });
  addGlobalOptions(mcp.command("remove"))
    .description("remove a server from config.toml")
    .addArgument(new Argument("<name>", "name of the server"))
    .action(async (name: string, _options: unknown, self: Command) => {
      const { mcpRemoveCommand } = await import("./mcp.ts");
      finish(await mcpRemoveCommand(name, levels(self), io));
    });
  addGlobalOptions(mcp.command("login"))
    .description("log in to a server")
    .addOption(
      new Option("--scopes <scope,scope>", "scopes to ask for, separated by commas").argParser((value: string) =>
        value.split(",").filter(scope => scope !== ""),
      ),
    )
    .addArgument(new Argument("<name>", "name of the server"))
    .action(async (name: string, options: { scopes?: string[] }, self: Command) => {
      const { mcpLoginCommand } = await import("./mcp-auth.ts");
      finish(await mcpLoginCommand(name, options, levels(self), io));
    });
  addGlobalOptions(mcp.command("logout"))
    .description("forget the login to a server")
    .addArgument(new Argument("<name>", "name of the server"))
    .action(async (name: string, _options: unknown, self: Command) => {
      const { mcpLogoutCommand } = await import("./mcp-auth.ts");
      finish(await mcpLogoutCommand(name, levels(self), io));
    });
  addGlobalOptions(mcp.command("doctor"))
    .description("start servers, and say how they are and what to do about it")
    .option("--json", "print the reports as JSON")
    .addArgument(new Argument("[name]", "name of the server; all of them when absent"))
    .action(async (name: string | undefined, options: { json?: boolean }, self: Command) => {
      const { mcpDoctorCommand } = await import("./mcp-doctor.ts");
      finish(await mcpDoctorCommand(name, options, levels(self), io));
    });
}

const COMMAND_OR_URL = "<COMMAND|--url <URL>>";

interface AddFlags {
  env?: string[];
  url?: string;
  bearerTokenEnvVar?: string;
}

/** A server has either a command or a URL, and only what goes with it. Ends with a usage error otherwise. */
function checkTransport(command: readonly string[], flags: AddFlags, self: Command): void {
  const refuse = (message: string): never => self.error(`error: ${message}`, { exitCode: 2, code: "codex-ts.usage" });
  if (flags.url === undefined) {
    if (command.length === 0) refuse(`the following required arguments were not provided:\n  ${COMMAND_OR_URL}`);
    if (flags.bearerTokenEnvVar !== undefined) refuse("the following required argument was not provided: url");
    return;
  }
  if (command.length > 0) refuse("the argument '--url <URL>' cannot be used with '[COMMAND]...'");
  if (flags.env !== undefined) refuse("the argument '--env <KEY=VALUE>' cannot be used with '--url <URL>'");
}

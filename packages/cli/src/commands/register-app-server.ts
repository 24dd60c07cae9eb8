import { type Command, Option } from "commander";
import type { CommandIo } from "../io.ts";
import { addGlobalOptions } from "../options.ts";
import { levels } from "./levels.ts";

const AUTH_MODES = ["capability-token", "signed-bearer-token"];

/** `app-server` and what belongs to it. */
export function registerAppServer(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const server = addGlobalOptions(program.command("app-server"))
    .description("serve the agent over JSON-RPC")
    .enablePositionalOptions()
    .addOption(new Option("--listen <url>", "stdio://, unix://, unix://PATH, ws://IP:PORT or off").default("stdio://"))
    .addOption(new Option("--ws-auth <mode>", "how WebSocket clients are known").choices(AUTH_MODES))
    .option("--ws-token-file <path>", "file with the capability token")
    .option("--ws-token-sha256 <hex>", "SHA-256 digest of the capability token")
    .option("--ws-shared-secret-file <path>", "file with the secret that signs bearer tokens (HS256)")
    .option("--ws-issuer <issuer>", "issuer that signed tokens must name")
    .option("--ws-audience <audience>", "audience that signed tokens must name")
    .option("--ws-max-clock-skew-seconds <seconds>", "tolerance for the times in signed tokens (default: 30)")
    .addOption(
      new Option("--analytics-default-enabled", "export metrics unless analytics.enabled says otherwise").hideHelp(),
    )
    .addOption(new Option("--session-source <source>", "source recorded for new threads").hideHelp())
    .action(async (_options: unknown, command: Command) => {
      const { appServerCommand } = await import("./app-server.ts");
      finish(await appServerCommand(levels(command), io));
    });
  addGlobalOptions(server.command("proxy"))
    .description("copy bytes between stdin/stdout and the socket of a running server")
    .option("--sock <path>", "the socket (default: the control socket in CODEX_HOME)")
    .action(async (options: { sock?: string }) => {
      const { appServerProxyCommand } = await import("./app-server-proxy.ts");
      finish(await appServerProxyCommand(options, io));
    });
  registerGenerators(server, finish);
  addGlobalOptions(program.command("mcp-server"))
    .description("serve the agent as an MCP server over stdin and stdout")
    .action(async (_options: unknown, command: Command) => {
      const { mcpServerCommand } = await import("./mcp-server.ts");
      finish(await mcpServerCommand(levels(command), io));
    });
}

function registerGenerators(server: Command, finish: (exitCode: number) => void): void {
  addGlobalOptions(server.command("generate-ts"))
    .description("write the TypeScript types of the protocol")
    .requiredOption("-o, --out <dir>", "folder to write to")
    .option("-p, --prettier <bin>", "format the files with this program")
    .option("--experimental", "include experimental methods and fields")
    .action(async (options: { out: string; prettier?: string; experimental?: boolean }) => {
      const { generateTsCommand } = await import("./generate.ts");
      finish(await generateTsCommand(options));
    });
  addGlobalOptions(server.command("generate-json-schema"))
    .description("write the JSON Schema of the protocol")
    .requiredOption("-o, --out <dir>", "folder to write to")
    .option("--experimental", "include experimental methods and fields")
    .action(async (options: { out: string; experimental?: boolean }) => {
      const { generateJsonSchemaCommand } = await import("./generate.ts");
      finish(await generateJsonSchemaCommand(options));
    });
  addGlobalOptions(server.command("generate-internal-json-schema", { hidden: true }))
    .description("write the JSON Schema of rollout lines")
    .requiredOption("-o, --out <dir>", "folder to write to")
    .action(async (options: { out: string }) => {
      const { generateInternalJsonSchemaCommand } = await import("./generate.ts");
      finish(await generateInternalJsonSchemaCommand(options));
    });
}

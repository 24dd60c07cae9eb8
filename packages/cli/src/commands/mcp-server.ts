import { platformFacts, userAgent } from "@codex-ts/app-server";
import { createRuntime } from "@codex-ts/core";
import { serveMcp } from "@codex-ts/mcp-server";
import { readOverrides } from "../config.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import { withPatchAliases } from "../patch-aliases/aliases.ts";
import { clientFacts } from "../session-facts.ts";
import { observability } from "../telemetry-facts.ts";
import { compatibleVersion } from "../version.ts";
import { codexHomeOf } from "./app-server.ts";

const DEFAULT_ORIGINATOR = "codex_cli_rs";

/** `codex-ts mcp-server`: the agent as an MCP server on stdin and stdout, until the client closes its end. */
export async function mcpServerCommand(levels: readonly GlobalOptions[], given: CommandIo): Promise<number> {
  const cliOverrides = readOverrides({ levels });
  const codexHome = await codexHomeOf(given);
  const io = withPatchAliases(codexHome, given);
  const { originator = DEFAULT_ORIGINATOR, ...facts } = clientFacts(io.env);
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => ending.abort());
  await serveMcp(io.stdin, io.stdout, {
    version: compatibleVersion,
    cwd: io.cwd,
    cliOverrides,
    signal: ending.signal,
    log: text => write(io.stderr, `${text}\n`),
    userAgent: client => userAgent(platformFacts(), { ...facts, originator, version: compatibleVersion, client }),
    runtime: agent =>
      createRuntime({
        codexHome,
        env: io.env,
        version: compatibleVersion,
        originator,
        userAgent: agent,
        config: { cliOverrides },
        ...observability(io, { serviceName: "codex_mcp_server" }),
      }),
  });
  return 0;
}

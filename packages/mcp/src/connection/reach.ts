import type { OauthTokens } from "../auth/tokens.ts";
import { McpError } from "../errors.ts";
import { childEnv } from "../servers/child-env.ts";
import { bearerToken, configuredHeaders } from "../servers/http-headers.ts";
import type { McpServerConfig } from "../types.ts";
import type { McpManagerOptions, RuntimeAuth } from "./manager-options.ts";
import type { Reach } from "./open-transport.ts";
import { type SpawnServer, spawnServer } from "./server-process.ts";

/** How a server is reached by its settings. Throws `McpError`: it cannot be, or must not. */
export function reachServer(
  name: string,
  config: McpServerConfig,
  options: McpManagerOptions,
  logins: { stored: OauthTokens | null; runtime: RuntimeAuth | null },
): Reach {
  const { env, cwd, log } = options;
  const { transport, experimentalEnvironment } = config;
  refuseEnvironment(name, experimentalEnvironment, transport.type);
  if (transport.type === "stdio") {
    const launch = {
      command: transport.command,
      args: transport.args,
      env: childEnv(env, transport, options.platform ?? process.platform),
      cwd: transport.cwd ?? cwd,
    };
    return { type: "stdio", launch, spawn: spawnOf(name, config, options) };
  }
  const headers = configuredHeaders(transport, env, message => log?.(name, message));
  const bearer = bearerToken(name, transport, env);
  if (bearer !== null) headers["authorization"] = `Bearer ${bearer}`;
  const { stored, runtime } = logins;
  return {
    type: "http",
    url: transport.url,
    headers,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    credentials: async () => {
      if (bearer !== null) return {};
      if (runtime !== null) return runtime.headers();
      const token = (await stored?.current()) ?? null;
      return token === null ? {} : { authorization: `Bearer ${token}` };
    },
  };
}

/** Whoever asked for a sandbox gets one, or no server. */
function spawnOf(name: string, config: McpServerConfig, options: McpManagerOptions): SpawnServer {
  const spawn = options.spawnServer?.(name, config) ?? null;
  if (spawn !== null) return spawn;
  if (config.permissions === undefined) return spawnServer;
  throw new McpError(
    "unsupported",
    `MCP server \`${name}\` is to run with the permissions \`${config.permissions}\`, which cannot be enforced here; it was not started`,
  );
}

function refuseEnvironment(server: string, environment: string | null, transport: string): void {
  if (environment === null || environment === "local") return;
  if (environment !== "remote") {
    throw new McpError(
      "unsupported",
      `unsupported experimental_environment \`${environment}\` for MCP server \`${server}\``,
    );
  }
  const what = transport === "stdio" ? "a remote executor environment" : "a remote environment";
  throw new McpError("unsupported", `remote MCP server \`${server}\` requires ${what}`);
}

import { AppsAccess, mcpReachOutside } from "@codex-ts/core";
import { credentialStore, diagnoseServer, type DoctorReport } from "@codex-ts/mcp";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import { loginsToLookAt } from "../logins.ts";
import { compatibleVersion } from "../version.ts";
import { loadServers, type McpLevels } from "./mcp-servers.ts";

/** `mcp doctor [NAME] [--json]`: starts servers, that of apps too, and says how they are. Exit code 1 when one of them does not work. */
export async function mcpDoctorCommand(
  name: string | undefined,
  options: { json?: boolean },
  levels: McpLevels,
  io: CommandIo,
): Promise<number> {
  const loaded = await loadServers(levels, io);
  const { mcpPermissions, codexHome, mcpOauthCredentialsStore, chatgptBaseUrl, features } = loaded.config;
  const { auth, allowed } = await loginsToLookAt(loaded.config, io);
  const apps = await AppsAccess.open(auth, {
    codexHome,
    chatgptBaseUrl,
    enabled: allowed && features["apps"] !== false,
    env: io.env,
  });
  const mcpServers = apps.withApps(loaded.config.mcpServers);
  if (name !== undefined && !Object.hasOwn(mcpServers, name)) {
    throw new CliError(`No MCP server named '${name}' found.`);
  }
  const store = credentialStore(codexHome, mcpOauthCredentialsStore);
  const names = name === undefined ? Object.keys(mcpServers).sort() : [name];
  const reach = mcpReachOutside(loaded, io.env);
  const reports = await Promise.all(
    names.map(server =>
      diagnoseServer(server, mcpServers[server]!, {
        ...apps.options,
        env: io.env,
        cwd: io.cwd,
        version: compatibleVersion,
        oauth: { store },
        auth: { env: io.env, store, fetch: reach.fetch, hasRuntimeAuth: apps.takesLogin },
        fetch: reach.fetch,
        spawnServer: reach.spawnServer(mcpPermissions),
      }),
    ),
  ).finally(() => reach.close());
  if (options.json) write(io.stdout, `${JSON.stringify(reports, null, 2)}\n`);
  else if (reports.length === 0) {
    write(io.stdout, "No MCP servers configured yet. Try `codex-ts mcp add my-tool -- my-command`.\n");
  } else write(io.stdout, reports.map(formatReport).join("\n"));
  return reports.some(({ status }) => status === "failed") ? 1 : 0;
}

const AUTH_TEXT = {
  unsupported: "none needed",
  notLoggedIn: "not logged in",
  bearerToken: "bearer token",
  oAuth: "logged in",
} as const;

function formatReport(report: DoctorReport): string {
  const { name, status, target, startMs, server, tools, hiddenTools, auth, stderr, problem, fix } = report;
  const lines: [string, string][] = [
    ["target", target],
    ...(startMs === null ? [] : [["start", `${startMs} ms`] as [string, string]]),
    ...(server === null
      ? []
      : [["server", `${server.name} ${server.version} (MCP ${server.protocolVersion})`] as [string, string]]),
    ...(status === "ready"
      ? [["tools", `${tools.length}${tools.length === 0 ? "" : `: ${shortList(tools)}`}`] as [string, string]]
      : []),
    ...(hiddenTools.length === 0 ? [] : [["filtered", shortList(hiddenTools)] as [string, string]]),
    ["login", AUTH_TEXT[auth]],
    ...(problem === null ? [] : [["problem", problem.replaceAll("\n", "\n             ")] as [string, string]]),
    ...(fix === null ? [] : [["fix", fix] as [string, string]]),
  ];
  const tail = stderr.length === 0 || status === "ready" ? [] : ["  stderr:", ...stderr.map(line => `    ${line}`)];
  return `${[`${name}: ${status}`, ...lines.map(([label, text]) => `  ${`${label}:`.padEnd(10)} ${text}`), ...tail].join("\n")}\n`;
}

function shortList(names: readonly string[]): string {
  return names.length <= 12 ? names.join(", ") : `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`;
}

import type { AuthStatusOptions, McpAuthStatus } from "../auth/status.ts";
import { computeAuthStatuses } from "../auth/status.ts";
import { systemClock } from "../clock.ts";
import { McpConnectionManager } from "../connection/manager.ts";
import type { McpManagerOptions } from "../connection/manager-options.ts";
import { CODEX_APPS_SERVER } from "../servers/mcp-config.ts";
import type { McpServerConfig } from "../types.ts";

/** How one server is, found out by starting it. */
export interface DoctorReport {
  name: string;
  /** `disabled`: it was not started. */
  status: "ready" | "failed" | "disabled";
  /** Its command line or URL. Values of variables are never shown. */
  target: string;
  /** From its start to its list of tools, milliseconds. */
  startMs: number | null;
  server: { name: string; version: string; protocolVersion: string } | null;
  /** Raw names, as far as the filters let them through. */
  tools: string[];
  hiddenTools: string[];
  auth: McpAuthStatus;
  /** The last lines of its error output. */
  stderr: string[];
  problem: string | null;
  /** What to do about the problem. */
  fix: string | null;
}

export type DoctorOptions = Omit<McpManagerOptions, "servers" | "onStartup" | "onStartupComplete" | "ask"> & {
  auth: AuthStatusOptions;
};

/** Starts one server, looks at it and ends it. Never rejects. */
export async function diagnoseServer(
  name: string,
  config: McpServerConfig,
  options: DoctorOptions,
): Promise<DoctorReport> {
  const { transport } = config;
  const target = transport.type === "stdio" ? [transport.command, ...transport.args].join(" ") : transport.url;
  const statuses = await computeAuthStatuses({ [name]: config }, options.auth);
  const base = { name, target, auth: statuses[name] ?? "unsupported", hiddenTools: [], stderr: [], server: null };
  if (!config.enabled) {
    const problem = `the server is switched off${config.disabledReason === null ? "" : ` by ${config.disabledReason}`}`;
    const fix =
      config.disabledReason === null ? `set \`enabled = true\` in [mcp_servers.${name}]` : "ask your administrator";
    return { ...base, status: "disabled", startMs: null, tools: [], problem, fix };
  }
  const clock = options.clock ?? systemClock;
  const startedAt = clock.monotonic();
  const manager = McpConnectionManager.start({ ...options, servers: { [name]: config } });
  try {
    const { failed } = await manager.summary();
    const startMs = Math.round(clock.monotonic() - startedAt);
    const { facts, tools, stderrTail } = manager.report(name);
    const problem = failed[0]?.error ?? null;
    const shown = new Set(manager.currentTools().map(({ tool }) => tool.name));
    return {
      ...base,
      status: problem === null ? "ready" : "failed",
      startMs,
      server:
        facts === null ? null : { name: facts.name, version: facts.version, protocolVersion: facts.protocolVersion },
      tools: tools.map(tool => tool.name).filter(tool => shown.has(tool)),
      hiddenTools: tools.map(tool => tool.name).filter(tool => !shown.has(tool)),
      stderr: [...stderrTail],
      problem,
      fix: problem === null ? null : fixFor(name, config, problem),
    };
  } finally {
    await manager.shutdown();
  }
}

/** What a person can do about a server that does not start. */
export function fixFor(name: string, { transport }: Pick<McpServerConfig, "transport">, problem: string): string {
  const table = `[mcp_servers.${name}]`;
  const rules: [RegExp, string][] = [
    [/personal access tokens only/, `make such a token, and set \`bearer_token_env_var\` in ${table}`],
    [
      /is not logged in/,
      // Apps have no login of their own.
      name === CODEX_APPS_SERVER ? "run `codex-ts login`" : `run \`codex-ts mcp login ${name}\``,
    ],
    [/the network policy refuses (\S+):/, "ask whoever manages the network rules of this machine to allow $1"],
    [
      /experimental_environment|remote environment|remote executor/,
      `remove \`experimental_environment\` from ${table}`,
    ],
    [/requires remote MCP stdio/, `remove \`source = "remote"\` from \`env_vars\` in ${table}`],
    [
      /invalid permissions|cannot be enforced here/,
      `mend \`permissions\` in ${table}, or the profile that it names; without it the server runs with your own rights`,
    ],
    [/Environment variable (\S+)/, "set $1 in the environment that codex-ts is started from"],
    [/os error 2\)/, "install the program, or write its full path as `command`; check that `cwd` exists"],
    [/os error 13\)/, "make the program executable for you (chmod +x)"],
    [
      /timed out/,
      `start the command by hand to see what it waits for; if it is only slow, raise \`startup_timeout_sec\` in ${table}`,
    ],
    [
      /connection closed/,
      "the program ended before it answered: read its error output, and start it by hand with the same arguments",
    ],
    [/must match pattern/, "rename the server: letters, digits, `-` and `_`"],
    [
      /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|fetch failed/,
      "check the `url`, and that the server is running and can be reached from here",
    ],
    [/status|HTTP|endpoint/, "check the `url`: something answers there, but it does not speak MCP"],
    [/os error/, "see the error of the operating system"],
  ];
  for (const [pattern, fix] of rules) {
    const match = pattern.exec(problem);
    if (match !== null) return fix.replace("$1", match[1] ?? "");
  }
  return transport.type === "stdio"
    ? "start the command by hand and look at what it prints"
    : "ask the server's owner what this answer means";
}

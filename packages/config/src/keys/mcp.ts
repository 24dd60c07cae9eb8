import { getOwn, isTable, type TomlTable } from "../toml/value.ts";
import { refuseSeconds } from "./decode.ts";
import { bool, float, key, list, map, type TableType, table, text, u64, words } from "./types.ts";

export const TOOL_APPROVALS = ["auto", "prompt", "approve"] as const;

/** One entry of `[mcp_servers.<name>]`, as it is written. */
export const mcpServer: TableType = table(
  "RawMcpServerConfig",
  {
    command: key(text, "Program of a stdio server."),
    args: key(list(text), "Its arguments.", { default: "[]" }),
    env: key(map(text), "Environment variables it gets."),
    env_vars: key(
      list({
        kind: "union",
        name: "McpServerEnvVar",
        options: [
          text,
          table(
            "McpServerEnvVarConfig",
            {
              name: key(text, "Variable name.", { required: true }),
              source: key(text, "`local` (ours) or `remote` (where the server runs)."),
            },
            { closed: true },
          ),
        ],
      }),
      "Variables passed through from our environment.",
      { default: "[]" },
    ),
    cwd: key({ kind: "string", said: "path string" }, "Folder it runs in."),
    url: key(text, "URL of a streamable HTTP server."),
    bearer_token_env_var: key(text, "Environment variable that holds its bearer token."),
    bearer_token: key(text, "Refused: use `bearer_token_env_var`.", { hidden: true, unseen: true }),
    http_headers: key(map(text), "Headers of every request."),
    env_http_headers: key(map(text), "Headers whose values come from environment variables."),
    oauth_resource: key(text, "OAuth resource indicator."),
    scopes: key(list(text), "OAuth scopes to ask for."),
    enabled: key(bool, "Start this server.", { default: "true" }),
    required: key(bool, "Fail when it cannot start.", { default: "false" }),
    supports_parallel_tool_calls: key(bool, "Its tools may run at the same time.", { default: "false" }),
    startup_timeout_sec: key(float, "Seconds it may take to start."),
    startup_timeout_ms: key(u64, "The same in milliseconds; `startup_timeout_sec` wins."),
    // Read on its own; the other one only when it is known which of two spellings counts.
    tool_timeout_sec: key({ kind: "float", seconds: true }, "Seconds a tool call may take."),
    default_tools_approval_mode: key(words(...TOOL_APPROVALS), "Approval of its tools unless a tool says otherwise."),
    enabled_tools: key(list(text), "Only these tools."),
    disabled_tools: key(list(text), "Not these tools; applied after `enabled_tools`."),
    tools: key(
      map(table("McpServerToolConfig", { approval_mode: key(words(...TOOL_APPROVALS), "Approval of this tool.") })),
      "Settings of single tools.",
    ),
    experimental_environment: key(text, "Environment the server runs in.", { stage: "experimental" }),
    permissions: key(
      text,
      "The `[permissions.<name>]` profile that a stdio server runs with; unset: your own rights.",
      {
        stage: "experimental",
      },
    ),
    name: key(text, "Accepted, without effect.", { unseen: true }),
  },
  { check: refuseMcpServer, sparse: true },
);

const NOT_FOR_STDIO = [
  "url",
  "bearer_token_env_var",
  "bearer_token",
  "http_headers",
  "env_http_headers",
  "oauth_resource",
];
const NOT_FOR_HTTP = ["args", "env", "env_vars", "cwd", "bearer_token", "permissions"];

/** Why a server's table is refused, or null. The checks run in a fixed order; the first hit is the answer. */
export function refuseMcpServer(server: TomlTable): string | null {
  for (const field of ["startup_timeout_sec", "tool_timeout_sec"]) {
    const refused = refuseSeconds(getOwn(server, field));
    if (refused !== null) return refused;
  }
  if (getOwn(server, "command") !== undefined) {
    const wrong = NOT_FOR_STDIO.find(field => getOwn(server, field) !== undefined);
    if (wrong !== undefined) return `${wrong} is not supported for stdio`;
    return refuseEnvVars(server);
  }
  if (getOwn(server, "url") !== undefined) {
    const wrong = NOT_FOR_HTTP.find(field => getOwn(server, field) !== undefined);
    return wrong === undefined ? null : `${wrong} is not supported for streamable_http`;
  }
  return "invalid transport";
}

function refuseEnvVars(server: TomlTable): string | null {
  const vars = getOwn(server, "env_vars");
  if (!Array.isArray(vars)) return null;
  for (const entry of vars) {
    const source = isTable(entry) ? getOwn(entry, "source") : undefined;
    if (typeof source === "string" && source !== "local" && source !== "remote") {
      return `unsupported env_vars source \`${source}\`; expected \`local\` or \`remote\``;
    }
  }
  return null;
}

import { mcpServer, TOOL_APPROVALS } from "./mcp.ts";
import { bool, type Key, type KeyType, key, list, map, path, type TableType, table, text, words } from "./types.ts";

const profile = true;

const granular = table("GranularApprovalConfig", {
  sandbox_approval: key(bool, "Commands that need to leave the sandbox may ask.", { required: true, filled: false }),
  rules: key(bool, "Rules that say `prompt` may ask.", { required: true, filled: false }),
  skill_approval: key(bool, "Skill scripts may ask.", { default: "false", filled: false }),
  request_permissions: key(bool, "The request_permissions tool may ask.", { default: "false", filled: false }),
  mcp_elicitations: key(bool, "MCP servers may ask.", { required: true, filled: false }),
});

export const askForApproval: KeyType = {
  kind: "variants",
  words: ["untrusted", "on-failure", "on-request", "never"],
  tables: { granular },
  order: ["untrusted", "on-failure", "on-request", "granular", "never"],
};
export const approvalsReviewer: KeyType = {
  kind: "enum",
  values: ["user", "auto_review", "guardian_subagent"],
  aliases: { auto_review: "guardian_subagent" },
};
export const SANDBOX_MODES = ["read-only", "workspace-write", "danger-full-access"] as const;

const access = words("read", "write", "none");
const filesystem = table(
  "FilesystemPermissionsToml",
  {
    glob_scan_max_depth: key({ kind: "integer", width: "usize", schemaMin: 1 }, "How deep `**` globs are expanded."),
  },
  { rest: { kind: "union", name: "FilesystemPermissionToml", options: [access, map(access)] } },
);
const network = table("NetworkToml", {
  enabled: key(bool, "The network can be reached.", { default: "false" }),
  proxy_url: key(text, "Address of the HTTP proxy."),
  enable_socks5: key(bool, "Serve SOCKS5, too."),
  socks_url: key(text, "Address of the SOCKS5 proxy."),
  enable_socks5_udp: key(bool, "UDP over SOCKS5."),
  allow_upstream_proxy: key(bool, "Chain to a proxy named by the environment."),
  dangerously_allow_non_loopback_proxy: key(bool, "The proxy may listen beyond loopback."),
  dangerously_allow_all_unix_sockets: key(bool, "Every Unix socket can be reached."),
  mode: key(words("limited", "full"), "Limited to reading methods, or everything."),
  domains: key(
    table("NetworkDomainPermissionsToml", {}, { rest: words("allow", "deny") }),
    "Host pattern to `allow` or `deny`.",
  ),
  unix_sockets: key(
    table("NetworkUnixSocketPermissionsToml", {}, { rest: words("allow", "none") }),
    "Unix socket path to `allow` or `none`.",
  ),
  allow_local_binding: key(bool, "Commands may listen on local ports."),
});
export const permissions: TableType = table(
  "PermissionsToml",
  {},
  {
    rest: table("PermissionProfileToml", {
      filesystem: key(filesystem, "Path or `:token` to `read`, `write`, `none`, or a table of sub-paths."),
      network: key(network, "Network access and proxy."),
    }),
    blurRest: "position",
  },
);

const webSearchTool: KeyType = {
  kind: "union",
  name: "WebSearchToolConfigInput",
  options: [
    bool,
    table("WebSearchToolConfig", {
      context_size: key(words("low", "medium", "high"), "How much is read."),
      allowed_domains: key(list(text), "Only these domains."),
      location: key(
        table("WebSearchLocation", {
          country: key(text, "Country."),
          region: key(text, "Region."),
          city: key(text, "City."),
          timezone: key(text, "Time zone."),
        }),
        "Where the user is.",
      ),
    }),
  ],
};
export const tools: TableType = table("ToolsToml", {
  web_search: key(webSearchTool, "Details of the web search tool; a boolean is accepted and ignored."),
  view_image: key(bool, "Offer the `view_image` tool."),
});
export const windows: TableType = table("WindowsToml", {
  sandbox: key(words("elevated", "unelevated"), "Kind of the Windows sandbox."),
  sandbox_private_desktop: key(bool, "Run the sandboxed child on a private desktop.", { default: "true" }),
});

const apps: TableType = table(
  "AppsConfigToml",
  {
    _default: key(
      table("AppsDefaultConfig", {
        enabled: key(bool, "Apps are on.", { default: "true", filled: true }),
        destructive_enabled: key(bool, "Destructive tools are offered.", { default: "true", filled: true }),
        open_world_enabled: key(bool, "Open-world tools are offered.", { default: "true", filled: true }),
      }),
      "Defaults for every app.",
    ),
  },
  {
    rest: table("AppConfig", {
      enabled: key(bool, "This app is on.", { default: "true", filled: true }),
      destructive_enabled: key(bool, "Destructive tools are offered."),
      open_world_enabled: key(bool, "Open-world tools are offered."),
      default_tools_approval_mode: key(words(...TOOL_APPROVALS), "Approval unless a tool says otherwise."),
      default_tools_enabled: key(bool, "Tools are on unless a tool says otherwise."),
      tools: key(
        table(
          "AppToolsConfig",
          {},
          {
            rest: table("AppToolConfig", {
              enabled: key(bool, "This tool is on."),
              approval_mode: key(words(...TOOL_APPROVALS), "Approval of this tool."),
            }),
          },
        ),
        "Settings of single tools.",
      ),
    }),
    blurRest: "position",
  },
);

/** What a run may do without asking, and whom it asks. */
export const safetyKeys: Record<string, Key> = {
  approval_policy: key(askForApproval, "When to ask before running something.", {
    profile,
    default: '"on-request" (`"untrusted"` in an untrusted project)',
  }),
  approvals_reviewer: key(approvalsReviewer, "Who answers approval requests: the user or the automatic reviewer.", {
    profile,
    default: '"user"',
  }),
  auto_review: key(
    table("AutoReviewToml", { policy: key(text, "Extra policy text for the automatic reviewer.") }),
    "Automatic review.",
  ),
  sandbox_mode: key(words(...SANDBOX_MODES), "What commands may touch.", {
    profile,
    default: '"read-only" (`"workspace-write"` once a trust decision exists)',
  }),
  sandbox_workspace_write: key(
    table("SandboxWorkspaceWrite", {
      writable_roots: key(list(path), "Further folders that may be written.", { default: "[]", filled: [] }),
      network_access: key(bool, "Network is open.", { default: "false", filled: false }),
      exclude_tmpdir_env_var: key(bool, "`$TMPDIR` may not be written.", { default: "false", filled: false }),
      exclude_slash_tmp: key(bool, "`/tmp` may not be written.", { default: "false", filled: false }),
    }),
    'Details of `sandbox_mode = "workspace-write"`.',
  ),
  default_permissions: key(text, "Which `[permissions.<name>]` profile holds."),
  permissions: key(permissions, "Named permission profiles."),
  allow_login_shell: key(bool, "Commands may run in a login shell.", { default: "true" }),
  shell_environment_policy: key(
    table("ShellEnvironmentPolicyToml", {
      inherit: key(words("core", "all", "none"), "Which variables commands start from.", { default: '"all"' }),
      ignore_default_excludes: key(bool, "Keep names with KEY, SECRET or TOKEN in them.", { default: "true" }),
      exclude: key(list(text), "Patterns of names to drop.", { default: "[]" }),
      set: key(map(text), "Variables to set.", { default: "{}" }),
      include_only: key(list(text), "Keep only names that match one of these patterns.", { default: "[]" }),
      experimental_use_profile: key(bool, "Load the shell's profile.", { default: "false", stage: "experimental" }),
    }),
    "Environment variables of the commands that the agent runs.",
  ),
  zsh_path: key(path, "Patched zsh for intercepting child processes.", { profile }),
  web_search: key(words("disabled", "cached", "live"), "Web search.", { profile, default: '"cached"' }),
  tools: key(tools, "Settings of built-in tools.", { profile }),
  windows: key(windows, "Windows only.", { profile }),
  projects: key(
    map(table("ProjectConfig", { trust_level: key(words("trusted", "untrusted"), "The decision about this folder.") })),
    "Trust decisions by project folder.",
  ),
  project_root_markers: key(list(text), "Names that mark a project's root folder.", { default: '[".git"]' }),
  apps: key(apps, "Connected apps."),
  mcp_servers: key(map(mcpServer), "MCP servers by name.", { default: "{}" }),
  mcp_oauth_credentials_store: key(words("auto", "file", "keyring"), "Where MCP OAuth credentials are kept.", {
    default: '"auto"',
  }),
  mcp_oauth_callback_port: key({ kind: "integer", width: "u16" }, "Port of the OAuth callback.", {
    default: "any free port",
  }),
  mcp_oauth_callback_url: key(text, "URL of the OAuth callback.", { default: "local" }),
};

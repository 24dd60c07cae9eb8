import { hookEvents } from "../keys/hooks.ts";
import { approvalsReviewer, askForApproval } from "../keys/safety.ts";
import {
  bool,
  type Key,
  key,
  type KeyType,
  list,
  map,
  path,
  type TableType,
  table,
  text,
  u16,
  words,
} from "../keys/types.ts";
import { getOwn, type TomlTable } from "../toml/value.ts";

/** Both spellings of the network rules in one block are refused: which one holds would be a guess. */
function refuseMixedNetwork(network: TomlTable): string | null {
  const has = (name: string): boolean => getOwn(network, name) !== undefined;
  if (has("domains") && (has("allowed_domains") || has("denied_domains"))) {
    return "`experimental_network.domains` cannot be combined with legacy `allowed_domains` or `denied_domains`";
  }
  if (has("unix_sockets") && has("allow_unix_sockets")) {
    return "`experimental_network.unix_sockets` cannot be combined with legacy `allow_unix_sockets`";
  }
  return null;
}

/** A table of entries; a mistake in one is placed at the table. */
function openTable(name: string, entries: KeyType): TableType {
  return table(name, {}, { rest: entries, blurRest: "position" });
}

const modes = list(words("read-only", "workspace-write", "danger-full-access", "external-sandbox"));

const prefixRule = table("RequirementsExecPolicyPrefixRuleToml", {
  pattern: key(
    list(
      table("RequirementsExecPolicyPatternTokenToml", {
        token: key(text, "The word itself."),
        any_of: key(list(text), "Any of these words."),
      }),
    ),
    "Words in order.",
    { required: true },
  ),
  decision: key(words("allow", "prompt", "forbidden"), "`prompt` or `forbidden`."),
  justification: key(text, "Why."),
});

/** Every key of requirements.toml. */
export const requirementKeys: TableType = table("ConfigRequirementsToml", {
  allowed_approval_policies: key(
    list(askForApproval),
    "Approval policies that may be used; the first is the fallback.",
  ),
  allowed_approvals_reviewers: key(list(approvalsReviewer), "Reviewers that may be used; the first is the fallback."),
  allowed_sandbox_modes: key(modes, "Sandbox modes that may be used; must contain read-only."),
  remote_sandbox_config: key(
    list(
      table("RemoteSandboxConfigToml", {
        hostname_patterns: key(list(text), "Patterns of host names.", { required: true }),
        allowed_sandbox_modes: key(modes, "Sandbox modes on those hosts.", { required: true }),
      }),
    ),
    "Sandbox modes by host.",
  ),
  allowed_web_search_modes: key(list(words("disabled", "cached", "live")), "Web search modes that may be used."),
  features: key(openTable("FeatureRequirementsToml", bool), "Pinned features.", {
    aliases: ["feature_requirements"],
  }),
  hooks: key(
    table("ManagedHooksRequirementsToml", {
      managed_dir: key(path, "Folder of managed hook scripts."),
      windows_managed_dir: key(path, "The same on Windows."),
      ...Object.fromEntries(
        Object.entries(hookEvents.fields).map(([name, field]) => [name, { ...field, blurred: true } as Key]),
      ),
    }),
    "Hooks that always run.",
  ),
  mcp_servers: key(
    map(
      table("McpServerRequirement", {
        identity: key(
          {
            kind: "union",
            name: "McpServerIdentity",
            options: [
              table("McpServerCommand", { command: key(text, "Exact command.", { required: true }) }),
              table("McpServerUrl", { url: key(text, "Exact URL.", { required: true }) }),
            ],
          },
          "What the server must be.",
          { required: true },
        ),
      }),
    ),
    "MCP servers that may be used.",
  ),
  apps: key(
    openTable(
      "AppsRequirementsToml",
      table("AppRequirementToml", { enabled: key(bool, "Whether the app may be used.") }),
    ),
    "Apps.",
  ),
  rules: key(
    table("RequirementsExecPolicyToml", {
      prefix_rules: key(list(prefixRule), "Rules by the first words of a command.", { required: true }),
    }),
    "Exec rules that always hold.",
  ),
  enforce_residency: key(words("us"), "Where data must stay."),
  experimental_network: key(
    table(
      "RawNetworkRequirementsToml",
      {
        enabled: key(bool, "Network access is managed."),
        http_port: key(u16, "Port of the HTTP proxy."),
        socks_port: key(u16, "Port of the SOCKS proxy."),
        allow_upstream_proxy: key(bool, "Chain to a proxy named by the environment."),
        dangerously_allow_non_loopback_proxy: key(bool, "The proxy may listen beyond loopback."),
        dangerously_allow_all_unix_sockets: key(bool, "Every Unix socket can be reached."),
        domains: key(
          openTable("NetworkDomainPermissionsToml", words("allow", "deny")),
          "Host pattern to `allow` or `deny`.",
        ),
        managed_allowed_domains_only: key(bool, "Only the domains listed here."),
        unix_sockets: key(
          openTable("NetworkUnixSocketPermissionsToml", words("allow", "none")),
          "Unix socket path to `allow` or `none`.",
        ),
        allow_local_binding: key(bool, "Commands may listen on local ports."),
        allowed_domains: key(list(text), "Older form of `domains`."),
        denied_domains: key(list(text), "Older form of `domains`."),
        allow_unix_sockets: key(list(text), "Older form of `unix_sockets`."),
      },
      { check: refuseMixedNetwork },
    ),
    "Network rules.",
  ),
  permissions: key(
    table("PermissionsRequirementsToml", {
      filesystem: key(
        table("FilesystemRequirementsToml", { deny_read: key(list(text), "Paths and globs that nobody may read.") }),
        "File system.",
      ),
    }),
    "Permissions.",
  ),
  guardian_policy_config: key(text, "Policy of the automatic reviewer; blank means unset."),
});

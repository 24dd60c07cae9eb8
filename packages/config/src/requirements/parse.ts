import nodePath from "node:path";
import { ConfigError, tomlErrorText } from "../errors.ts";
import { maskedLine } from "../secrets.ts";
import { HOOK_EVENTS } from "../keys/hooks.ts";
import { decodeTold, keepPaths, TypeMismatch } from "../keys/decode.ts";
import { matchesName } from "../effective/shell-environment.ts";
import type { AskForApproval } from "../effective/types.ts";
import { Locator } from "../toml/locate.ts";
import { lineAt, parseToml } from "../toml/parse.ts";
import { getOwn, isTable, setOwn, type TomlTable } from "../toml/value.ts";
import { requirementKeys } from "./keys.ts";
import { normalizeNetwork } from "./network.ts";
import {
  describeRequirementSource,
  hasHandlers,
  type PrefixRule,
  type RequiredSandboxMode,
  type Requirements,
  type RequirementSource,
  type WebSearchMode,
} from "./types.ts";

export interface RequirementContext {
  source: RequirementSource;
  /** Folder that relative paths start at. */
  base: string;
  home: string | undefined;
  /** This machine's name, lower case; for `remote_sandbox_config`. */
  hostname: string;
}

/**
 * Reads the text of one requirements source. What its values mean is up to `requirementsFrom`.
 * @throws ConfigError `requirements` (fatal: an unreadable requirement must not count as none)
 */
export function parseRequirements(text: string, source: RequirementSource): TomlTable {
  try {
    return decodeTold(requirementKeys, parseToml(text), [], keepPaths) as TomlTable;
  } catch (error) {
    throw unreadable(error, text, source);
  }
}

const START = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

function unreadable(error: unknown, text: string, source: RequirementSource): unknown {
  const mismatch = error instanceof TypeMismatch;
  if (!mismatch && !(error instanceof ConfigError)) return error;
  const reason = mismatch ? error.message : error.reason;
  const range = mismatch ? (new Locator(text).locate(error.at) ?? START) : error.range;
  if (source.type === "cloud") {
    return new ConfigError(
      "requirements",
      "Cloud requirements (workspace-managed policies) are invalid and could not be parsed. Please contact your workspace admin.",
      { cause: error },
    );
  }
  const file = describeRequirementSource(source);
  const keyPath = mismatch ? error.shown.join(".") : undefined;
  const said =
    range === undefined ? reason : tomlErrorText(reason, range, maskedLine(lineAt(text, range.start.line), keyPath));
  return new ConfigError("requirements", `Error parsing requirements file ${file}: ${said}`, { cause: error });
}

/**
 * The requirements of a decoded table.
 * @throws ConfigError `requirements` for values that cannot hold
 */
export function requirementsFrom(table: TomlTable, context: RequirementContext): Requirements {
  const { source } = context;
  const out: Requirements = {};
  const policies = getOwn(table, "allowed_approval_policies") as AskForApproval[] | undefined;
  if (policies !== undefined)
    out.allowedApprovalPolicies = { value: nonEmpty(policies, "allowed_approval_policies"), source };
  const reviewers = getOwn(table, "allowed_approvals_reviewers") as ("user" | "guardian_subagent")[] | undefined;
  if (reviewers !== undefined) {
    out.allowedApprovalsReviewers = { value: nonEmpty(reviewers, "allowed_approvals_reviewers"), source };
  }
  const modes = sandboxModes(table, context);
  if (modes !== undefined) out.allowedSandboxModes = { value: modes, source };
  const searches = getOwn(table, "allowed_web_search_modes") as WebSearchMode[] | undefined;
  if (searches !== undefined)
    out.allowedWebSearchModes = { value: searches.includes("disabled") ? searches : [...searches, "disabled"], source };
  const features = getOwn(table, "features") ?? getOwn(table, "feature_requirements");
  if (isTable(features)) out.features = { value: features as Record<string, boolean>, source };
  const hooks = getOwn(table, "hooks");
  if (isTable(hooks)) readHooks(hooks, out, source);
  const servers = getOwn(table, "mcp_servers");
  if (isTable(servers)) out.mcpServers = { value: identities(servers), source };
  const apps = getOwn(table, "apps");
  if (isTable(apps)) out.apps = { value: apps as Record<string, { enabled?: boolean }>, source };
  const rules = getOwn(table, "rules");
  if (isTable(rules)) out.rules = { value: prefixRules(rules, source), source };
  if (getOwn(table, "enforce_residency") === "us") out.enforceResidency = { value: "us", source };
  const network = getOwn(table, "experimental_network");
  if (isTable(network)) out.network = { value: normalizeNetwork(network), source };
  const denyRead = denyReadOf(table, context);
  if (denyRead !== null) out.denyRead = { value: denyRead, source };
  const policy = getOwn(table, "guardian_policy_config");
  if (typeof policy === "string" && policy.trim() !== "") out.guardianPolicy = { value: policy.trim(), source };
  return out;
}

function nonEmpty<T>(values: T[], field: string): T[] {
  if (values.length === 0) throw new ConfigError("requirements", `field \`${field}\` cannot be empty`);
  return values;
}

function sandboxModes(table: TomlTable, { hostname, source }: RequirementContext): RequiredSandboxMode[] | undefined {
  let modes = getOwn(table, "allowed_sandbox_modes") as RequiredSandboxMode[] | undefined;
  const remote = getOwn(table, "remote_sandbox_config");
  const host = hostname.toLowerCase().replace(/\.+$/, "");
  for (const entry of Array.isArray(remote) ? remote : []) {
    if (!isTable(entry)) continue;
    const patterns = entry["hostname_patterns"] as string[];
    if (patterns.some(pattern => matchesName(pattern.trim().replace(/\.+$/, ""), host))) {
      modes = entry["allowed_sandbox_modes"] as RequiredSandboxMode[];
      break;
    }
  }
  if (modes !== undefined && !modes.includes("read-only")) {
    const shown = modes.map(debugSandboxMode).join(", ");
    throw new ConfigError(
      "requirements",
      `invalid value for \`allowed_sandbox_modes\`: \`[${shown}]\` is not in the allowed set must include 'read-only' to allow any SandboxPolicy (set by ${describeRequirementSource(source)})`,
    );
  }
  return modes;
}

/** The spelling of a sandbox mode in requirement messages. */
export function debugSandboxMode(mode: RequiredSandboxMode): string {
  return mode
    .split("-")
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function readHooks(hooks: TomlTable, out: Requirements, source: RequirementSource): void {
  const events: TomlTable = {};
  for (const event of HOOK_EVENTS) {
    const groups = getOwn(hooks, event);
    if (Array.isArray(groups) && groups.length > 0) events[event] = groups;
  }
  const folder = (name: string): string | null => {
    const value = getOwn(hooks, name);
    return typeof value === "string" ? value : null;
  };
  const value = { managedDir: folder("managed_dir"), windowsManagedDir: folder("windows_managed_dir"), events };
  out[hasHandlers(events) ? "hooks" : "emptyHooks"] = { value, source };
}

function identities(servers: TomlTable): Record<string, { command: string } | { url: string }> {
  const out: Record<string, { command: string } | { url: string }> = {};
  for (const name of Object.keys(servers)) {
    const entry = servers[name];
    const identity = isTable(entry) ? getOwn(entry, "identity") : undefined;
    if (!isTable(identity)) continue;
    const command = getOwn(identity, "command");
    const url = getOwn(identity, "url");
    if (typeof command === "string") setOwn(out, name, { command });
    else if (typeof url === "string") setOwn(out, name, { url });
  }
  return out;
}

function prefixRules(rules: TomlTable, source: RequirementSource): PrefixRule[] {
  const refuse = (why: string): ConfigError =>
    new ConfigError(
      "requirements",
      `invalid rules in requirements (set by ${describeRequirementSource(source)}): ${why}`,
    );
  const list = getOwn(rules, "prefix_rules") as TomlTable[];
  if (list.length === 0) throw refuse("rules prefix_rules cannot be empty");
  return list.map((rule, index) => {
    const wrong = (what: string): ConfigError => refuse(`rules prefix_rule at index ${index} ${what}`);
    const justification = getOwn(rule, "justification");
    if (typeof justification === "string" && justification.trim() === "") throw wrong("has an empty justification");
    const written = getOwn(rule, "pattern") as TomlTable[];
    if (written.length === 0) throw wrong("has an empty pattern");
    const pattern = written.map((token, at) =>
      patternToken(token, why => wrong(`has an invalid pattern token at index ${at}: ${why}`)),
    );
    const decision = getOwn(rule, "decision");
    if (decision === "allow") {
      throw wrong(
        "has decision 'allow', which is not permitted in requirements.toml: Codex merges these rules with other config and uses the most restrictive result (use 'prompt' or 'forbidden')",
      );
    }
    if (decision !== "prompt" && decision !== "forbidden") throw wrong("is missing a decision");
    return { pattern, decision, ...(typeof justification === "string" ? { justification } : {}) };
  });
}

function patternToken(token: TomlTable, refuse: (why: string) => ConfigError): PrefixRule["pattern"][number] {
  const single = getOwn(token, "token");
  const several = getOwn(token, "any_of");
  if (typeof single === "string" && several === undefined && single.trim() !== "") return { token: single };
  if (single === undefined && Array.isArray(several) && several.length > 0) {
    const words = several.filter((word): word is string => typeof word === "string" && word.trim() !== "");
    if (words.length === several.length) return { any_of: words };
  }
  if (single !== undefined && several !== undefined) throw refuse("set either token or any_of, not both");
  if (typeof single === "string") throw refuse("token cannot be empty");
  if (Array.isArray(several))
    throw refuse(`any_of ${several.length === 0 ? "cannot be empty" : "cannot include empty tokens"}`);
  throw refuse("set either token or any_of");
}

/** Null: nothing is said about permissions. A table that denies nothing counts as said. */
function denyReadOf(table: TomlTable, { base, home }: RequirementContext): string[] | null {
  const permissions = getOwn(table, "permissions");
  if (!isTable(permissions)) return null;
  const filesystem = getOwn(permissions, "filesystem");
  const list = isTable(filesystem) ? getOwn(filesystem, "deny_read") : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is string => typeof item === "string").map(item => absolutePattern(item, base, home));
}

/** Resolves the part of a path before its first glob segment; the rest stays as written. */
export function absolutePattern(written: string, base: string, home: string | undefined): string {
  const segments = written.split("/");
  const glob = segments.findIndex(segment => /[*?[]/.test(segment));
  const fixed = glob < 0 ? written : segments.slice(0, glob).join("/") || (written.startsWith("/") ? "/" : ".");
  const rest = glob < 0 ? "" : segments.slice(glob).join("/");
  const folder =
    home !== undefined && (fixed === "~" || fixed.startsWith("~/"))
      ? nodePath.join(home, fixed.slice(1))
      : nodePath.resolve(base, fixed);
  return rest === "" ? folder : nodePath.join(folder, rest);
}

import { getOwn, isTable, setOwn, type TomlTable, type TomlValue } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";

const REJECT_FLAGS = [
  "sandbox_approval",
  "rules",
  "skill_approval",
  "request_permissions",
  "mcp_elicitations",
] as const;

/**
 * Rewrites spellings of older versions that people still have in their files, with a warning for each that names the
 * current one. The table itself is not changed.
 */
export function modernize(table: TomlTable, place: string): { table: TomlTable; warnings: ConfigWarning[] } {
  const warnings: ConfigWarning[] = [];
  let out = modernizeScope(table, "", place, warnings);
  const profiles = getOwn(table, "profiles");
  if (isTable(profiles)) {
    const renewed: TomlTable = {};
    let changed = false;
    for (const name of Object.keys(profiles)) {
      const profile = profiles[name] as TomlValue;
      const next = isTable(profile) ? modernizeScope(profile, `profiles.${name}.`, place, warnings) : profile;
      changed ||= next !== profile;
      setOwn(renewed, name, next);
    }
    if (changed) out = { ...out, profiles: renewed };
  }
  const permissions = getOwn(table, "permissions");
  if (isTable(permissions)) warnOldNetworkLists(permissions, place, warnings);
  return { table: out, warnings };
}

function modernizeScope(scope: TomlTable, prefix: string, place: string, warnings: ConfigWarning[]): TomlTable {
  let out = scope;
  const policy = getOwn(scope, "approval_policy");
  const granular = isTable(policy) ? granularFromReject(policy) : null;
  if (granular !== null) {
    out = { ...out, approval_policy: { granular } };
    warnings.push({
      code: "old_spelling",
      message: `\`${prefix}approval_policy = { reject = ... }\` in ${place} is an older spelling. Use \`{ granular = ... }\` instead, where \`true\` means that the category may prompt.`,
      keyPath: `${prefix}approval_policy`,
    });
  }
  const features = getOwn(scope, "features");
  if (isTable(features) && Object.hasOwn(features, "smart_approvals")) {
    const renamed: TomlTable = {};
    for (const key of Object.keys(features)) {
      if (key !== "smart_approvals") setOwn(renamed, key, features[key] as TomlValue);
    }
    if (!Object.hasOwn(renamed, "guardian_approval")) {
      renamed["guardian_approval"] = features["smart_approvals"] as TomlValue;
    }
    out = { ...out, features: renamed };
    warnings.push({
      code: "old_spelling",
      message: `\`${prefix}features.smart_approvals\` in ${place} is an older spelling. Use \`features.guardian_approval\` instead.`,
      keyPath: `${prefix}features.smart_approvals`,
    });
  }
  return out;
}

/** `reject` flags say what may not prompt; `granular` says what may. */
function granularFromReject(policy: TomlTable): TomlTable | null {
  const reject = getOwn(policy, "reject");
  if (!isTable(reject) || Object.keys(policy).length !== 1) return null;
  const out: TomlTable = {};
  for (const flag of REJECT_FLAGS) {
    const value = getOwn(reject, flag) ?? false;
    if (typeof value !== "boolean") return null;
    out[flag] = !value;
  }
  return out;
}

function warnOldNetworkLists(permissions: TomlTable, place: string, warnings: ConfigWarning[]): void {
  for (const name of Object.keys(permissions)) {
    const profile = permissions[name];
    const network = isTable(profile) ? getOwn(profile, "network") : undefined;
    if (!isTable(network)) continue;
    for (const [old, current] of [
      ["allowed_domains", "domains"],
      ["denied_domains", "domains"],
      ["allow_unix_sockets", "unix_sockets"],
    ] as const) {
      if (!Object.hasOwn(network, old)) continue;
      warnings.push({
        code: "old_spelling",
        message: `\`permissions.${name}.network.${old}\` in ${place} has no effect. Use \`${current}\` instead.`,
        keyPath: `permissions.${name}.network.${old}`,
      });
    }
  }
}

/**
 * The earlier migration of the automatic reviewer's switch, for tools that rewrite old files: in one scope (the top
 * level or one profile), `features.smart_approvals = true` becomes `features.guardian_approval = true`, and sets
 * `approvals_reviewer` where that is unset. A plain `guardian_approval` never does. Loading does not call this.
 */
export function migrateGuardianAlias(scope: TomlTable): TomlTable {
  const features = getOwn(scope, "features");
  if (!isTable(features) || !Object.hasOwn(features, "smart_approvals")) return scope;
  const { smart_approvals: value, ...rest } = features;
  const renamed: TomlTable = Object.hasOwn(rest, "guardian_approval")
    ? rest
    : { ...rest, guardian_approval: value as TomlValue };
  const backfill = value === true && !Object.hasOwn(scope, "approvals_reviewer");
  return { ...scope, features: renamed, ...(backfill ? { approvals_reviewer: "guardian_subagent" } : {}) };
}

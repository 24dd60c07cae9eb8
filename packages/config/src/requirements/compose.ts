import { ConfigError } from "../errors.ts";
import { decodeTold, keepPaths, reasonOutsideFiles, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";
import { type Key, table } from "../keys/types.ts";
import type { ConfigLayer } from "../layers/types.ts";
import { getOwn, type TomlTable } from "../toml/value.ts";
import type { AskForApproval } from "../effective/types.ts";
import type { RequiredSandboxMode, Requirements, RequirementSource } from "./types.ts";

/** One set of requirements out of several sources, the strongest first: the first source that sets a field keeps it. */
export function composeRequirements(sources: readonly Requirements[]): Requirements {
  const out: Requirements = {};
  for (const source of sources) {
    for (const field of Object.keys(source) as (keyof Requirements)[]) {
      if (field === "apps") continue;
      if (out[field] === undefined) Object.assign(out, { [field]: source[field] });
    }
    if (source.apps !== undefined) mergeApps(out, source.apps);
  }
  return out;
}

/** Apps merge one by one: off from anywhere wins, else the stronger source's value. */
function mergeApps(out: Requirements, apps: NonNullable<Requirements["apps"]>): void {
  const merged = { ...out.apps?.value };
  for (const [id, app] of Object.entries(apps.value)) {
    const stronger = merged[id]?.enabled;
    const enabled = stronger === false || app.enabled === false ? false : (stronger ?? app.enabled);
    merged[id] = enabled === undefined ? {} : { enabled };
  }
  out.apps = { value: merged, source: out.apps?.source ?? apps.source };
}

const legacyKeys = table(
  "LegacyManagedConfigToml",
  Object.fromEntries(
    ["approval_policy", "approvals_reviewer", "sandbox_mode"].map(name => [name, configKeys.fields[name] as Key]),
  ),
);

/**
 * What a legacy managed_config.toml requires: the three values that it sets, each with the harmless alternative.
 * @throws ConfigError `requirements` when one of them is none of its setting: what is required would not be known
 */
export function legacyRequirements(layer: ConfigLayer): Requirements {
  const written = legacyTable(layer);
  const source: RequirementSource =
    layer.name.type === "legacyManagedConfigTomlFromFile"
      ? { type: "legacyManagedFile", file: layer.name.file }
      : { type: "legacyManagedMdm" };
  const out: Requirements = {};
  const policy = getOwn(written, "approval_policy");
  if (policy !== undefined) out.allowedApprovalPolicies = { value: [policy as AskForApproval], source };
  const reviewer = getOwn(written, "approvals_reviewer");
  if (reviewer === "user") out.allowedApprovalsReviewers = { value: ["user"], source };
  if (reviewer === "guardian_subagent")
    out.allowedApprovalsReviewers = { value: ["guardian_subagent", "user"], source };
  const mode = getOwn(written, "sandbox_mode");
  if (typeof mode === "string") {
    out.allowedSandboxModes = { value: [...new Set(["read-only", mode] as RequiredSandboxMode[])], source };
  }
  return out;
}

function legacyTable(layer: ConfigLayer): TomlTable {
  try {
    return decodeTold(legacyKeys, layer.config, [], keepPaths) as TomlTable;
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const reason = `Failed to parse config requirements as TOML: ${reasonOutsideFiles(error)}`;
    throw new ConfigError("requirements", reason, { keyPath: error.shown.join("."), cause: error });
  }
}

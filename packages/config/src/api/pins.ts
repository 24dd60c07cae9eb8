import { ConfigError } from "../errors.ts";
import { findFeature } from "../features/registry.ts";
import { pinText, readPins } from "../features/resolve.ts";
import type { Requirements } from "../requirements/types.ts";
import { getOwn, isTable, type TomlTable } from "../toml/value.ts";

/**
 * A pinned feature may not be written otherwise: not in `[features]`, not through the older switches, not in a profile.
 * Only settings that the write brings count, what stood there before is the load's business.
 * @throws ConfigError `requirements`
 */
export function refusePinnedFeatures(wanted: TomlTable, before: TomlTable, requirements: Requirements): void {
  const pins = requirements.features;
  if (pins === undefined) return;
  const pinned = readPins(pins).values;
  const check = (scope: TomlTable, old: TomlTable, prefix: string): void => {
    for (const [key, value] of writtenFeatures(scope)) {
      const canonical = findFeature(key)?.key;
      if (canonical === undefined || pinned[canonical] === undefined || pinned[canonical] === value) continue;
      if (writtenFeatures(old).some(([name, was]) => name === key && was === value)) continue;
      throw new ConfigError("requirements", pinText(`${prefix}features.${canonical}=${value}`, pinned, pins));
    }
  };
  check(wanted, before, "");
  const profiles = getOwn(wanted, "profiles");
  const oldProfiles = getOwn(before, "profiles");
  for (const name of isTable(profiles) ? Object.keys(profiles) : []) {
    const scope = isTable(profiles) ? profiles[name] : undefined;
    const old = isTable(oldProfiles) ? getOwn(oldProfiles, name) : undefined;
    if (isTable(scope)) check(scope, isTable(old) ? old : {}, `profiles.${name}.`);
  }
}

function writtenFeatures(scope: TomlTable): [string, boolean][] {
  const out: [string, boolean][] = [];
  for (const key of [
    "include_apply_patch_tool",
    "experimental_use_freeform_apply_patch",
    "experimental_use_unified_exec_tool",
  ]) {
    const value = getOwn(scope, key);
    if (typeof value === "boolean") out.push([key, value]);
  }
  const features = getOwn(scope, "features");
  for (const key of isTable(features) ? Object.keys(features) : []) {
    const value = isTable(features) ? features[key] : undefined;
    if (typeof value === "boolean") out.push([key, value]);
  }
  return out;
}

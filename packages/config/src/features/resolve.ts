import { ConfigError } from "../errors.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { describeRequirementSource, type Requirements } from "../requirements/types.ts";
import { getOwn, isTable, type TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { FEATURES, featureDefault, findFeature } from "./registry.ts";

export interface MultiAgentV2 {
  usageHintEnabled: boolean;
  usageHintText: string | null;
  hideSpawnAgentMetadata: boolean;
}

export interface ResolvedFeatures {
  values: Record<string, boolean>;
  multiAgentV2: MultiAgentV2;
  warnings: ConfigWarning[];
}

export interface FeatureInputs {
  /** The merged top-level table. */
  base: TomlTable;
  /** The active profile's table. */
  profile?: TomlTable | undefined;
  overrides?: Readonly<Record<string, boolean>> | undefined;
  pins?: Requirements["features"] | undefined;
  platform: NodeJS.Platform;
}

/**
 * Which features are on: defaults, then the base, then the profile (in each, older switches first, then `[features]`
 * in key order, so that of two spellings the alphabetically later wins), overrides, dependencies, pins.
 * @throws ConfigError `requirements` when a pin cannot hold
 */
export function resolveFeatures(inputs: FeatureInputs): ResolvedFeatures {
  const { base, profile, platform } = inputs;
  const values: Record<string, boolean> = {};
  for (const feature of FEATURES) values[feature.key] = featureDefault(feature, platform);
  const set = (key: string, value: unknown): void => {
    const feature = findFeature(key);
    if (feature === undefined || feature.frozen === true || typeof value !== "boolean") return;
    values[feature.key] = value;
  };
  const multiAgentV2: MultiAgentV2 = { usageHintEnabled: true, usageHintText: null, hideSpawnAgentMetadata: false };
  for (const scope of [base, profile]) {
    if (scope === undefined) continue;
    if (scope === profile) set("include_apply_patch_tool", getOwn(scope, "include_apply_patch_tool"));
    set("experimental_use_freeform_apply_patch", getOwn(scope, "experimental_use_freeform_apply_patch"));
    set("experimental_use_unified_exec_tool", getOwn(scope, "experimental_use_unified_exec_tool"));
    const features = getOwn(scope, "features");
    if (!isTable(features)) continue;
    for (const key of Object.keys(features).sort(byBytes)) {
      const value = features[key];
      if (key === "multi_agent_v2" && isTable(value)) {
        set(key, getOwn(value, "enabled"));
        readMultiAgentV2(value, multiAgentV2);
      } else {
        set(key, value);
      }
    }
  }
  for (const [key, value] of Object.entries(inputs.overrides ?? {})) set(key, value);
  const pinned = readPins(inputs.pins);
  for (const [key, value] of Object.entries(pinned.values)) values[key] = value;
  applyDependencies(values);
  checkPins(values, pinned.values, inputs.pins);
  return { values, multiAgentV2, warnings: pinned.warnings };
}

function readMultiAgentV2(table: TomlTable, out: MultiAgentV2): void {
  const { usage_hint_enabled: enabled, usage_hint_text: text, hide_spawn_agent_metadata: hide } = table;
  if (typeof enabled === "boolean") out.usageHintEnabled = enabled;
  if (typeof text === "string") out.usageHintText = text;
  if (typeof hide === "boolean") out.hideSpawnAgentMetadata = hide;
}

/** Features that others need. */
export function applyDependencies(values: Record<string, boolean>): void {
  if (values["enable_fanout"]) values["multi_agent"] = true;
  if (values["code_mode_only"]) values["code_mode"] = true;
  if (values["js_repl_tools_only"] && !values["js_repl"]) values["js_repl_tools_only"] = false;
}

/** A required feature's canonical key; the reviewer's name counts for its feature. */
export function pinKey(key: string): string | undefined {
  return key === "auto_review" ? "guardian_approval" : findFeature(key)?.key;
}

/** The pins by canonical key, with a warning for every key that is old or not known. */
export function readPins(pins: Requirements["features"]): {
  values: Record<string, boolean>;
  warnings: ConfigWarning[];
} {
  const values: Record<string, boolean> = {};
  const warnings: ConfigWarning[] = [];
  if (pins === undefined) return { values, warnings };
  const from = describeRequirementSource(pins.source);
  for (const key of Object.keys(pins.value).sort(byBytes)) {
    const canonical = pinKey(key);
    if (canonical === undefined) {
      const message = `Ignoring unknown \`features\` requirement \`${key}\` from ${from}`;
      warnings.push({ code: "feature_requirement", message });
      continue;
    }
    if (canonical !== key && key !== "auto_review") {
      const message = `Using legacy \`features\` requirement \`${key}\` from ${from}; prefer canonical feature key \`${canonical}\``;
      warnings.push({ code: "feature_requirement", message });
    }
    values[canonical] = pins.value[key] === true;
  }
  return { values, warnings };
}

function checkPins(
  values: Record<string, boolean>,
  pinned: Record<string, boolean>,
  pins: Requirements["features"],
): void {
  const broken = Object.keys(pinned).find(key => values[key] !== pinned[key]);
  if (broken === undefined) return;
  throw new ConfigError("requirements", pinText(`${broken}=${values[broken]}`, pinned, pins));
}

/** The text of a pin that a candidate such as `features.apps=false` breaks. */
export function pinText(candidate: string, pinned: Record<string, boolean>, pins: Requirements["features"]): string {
  const allowed = FEATURES.filter(feature => Object.hasOwn(pinned, feature.key))
    .map(feature => `${feature.key}=${pinned[feature.key]}`)
    .join(", ");
  const from = describeRequirementSource(pins?.source);
  return `invalid value for \`features\`: \`${candidate}\` is not in the allowed set [${allowed}] (set by ${from})`;
}

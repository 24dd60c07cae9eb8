import { FEATURES, findFeature } from "../features/registry.ts";
import { ConfigError } from "../errors.ts";
import type { CliOverride } from "../layers/overrides.ts";

/** `--enable` and `--disable` as overrides, to go after the `-c` ones: all enables, then all disables. */
export function featureFlagOverrides(enable: readonly string[], disable: readonly string[]): CliOverride[] {
  const one = (key: string, value: boolean): CliOverride => {
    if (findFeature(key) === undefined) throw new ConfigError("unknown_feature", `Unknown feature flag: ${key}`);
    return [`features.${key}`, value];
  };
  return [...enable.map(key => one(key, true)), ...disable.map(key => one(key, false))];
}

/** The table of `features list`. */
export function formatFeatureList(values: Readonly<Record<string, boolean>>): string {
  const rows = FEATURES.map(feature => feature.key).sort();
  const keyWidth = Math.max(...rows.map(key => key.length));
  const stageWidth = Math.max(...FEATURES.map(feature => feature.stage.length));
  return rows
    .map(
      key =>
        `${key.padEnd(keyWidth)}  ${(findFeature(key)?.stage ?? "").padEnd(stageWidth)}  ${values[key] ?? false}\n`,
    )
    .join("");
}

/** What `features enable|disable` says on stdout, and on stderr where there is something to know. */
export function formatFeatureChange(
  key: string,
  enabled: boolean,
  context: { profile: string | null; configPath: string },
): { stdout: string; stderr: string } {
  const known = FEATURES.find(feature => feature.key === key);
  const unstable = enabled && context.profile === null && known?.stage === "under development";
  return {
    stdout: `${enabled ? "Enabled" : "Disabled"} feature \`${key}\` in config.toml.\n`,
    stderr: unstable ? `${unstableFeaturesText([key], context.configPath)}\n` : "",
  };
}

export function unstableFeaturesText(keys: readonly string[], configPath: string): string {
  return `Under-development features enabled: ${keys.join(", ")}. Under-development features are incomplete and may behave unpredictably. To suppress this warning, set \`suppress_unstable_features_warning = true\` in ${configPath}.`;
}

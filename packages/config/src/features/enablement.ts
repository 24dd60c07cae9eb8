import { SHOWN_FEATURES } from "../api/read.ts";
import { ConfigError } from "../errors.ts";
import { findFeature } from "./registry.ts";

/**
 * Checks a request that switches features in memory, for this process only: a few features, by their current names.
 * @throws ConfigError `unknown_feature`
 */
export function checkFeatureEnablement(enablement: Readonly<Record<string, boolean>>): void {
  for (const key of Object.keys(enablement)) {
    const feature = findFeature(key);
    if (feature === undefined) throw new ConfigError("unknown_feature", `invalid feature enablement \`${key}\``);
    if (feature.key !== key) {
      throw new ConfigError(
        "unknown_feature",
        `invalid feature enablement \`${key}\`: use canonical feature key \`${feature.key}\``,
      );
    }
    if (!SHOWN_FEATURES.includes(key)) {
      throw new ConfigError(
        "unknown_feature",
        `unsupported feature enablement \`${key}\`: currently supported features are ${SHOWN_FEATURES.join(", ")}`,
      );
    }
  }
}

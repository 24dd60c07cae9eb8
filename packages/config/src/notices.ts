import nodePath from "node:path";
import type { Config } from "./effective/types.ts";
import { FEATURES, findFeature } from "./features/registry.ts";
import { byBytes } from "./layers/fingerprint.ts";
import type { LayerStack } from "./layers/stack.ts";
import { unstableFeaturesText } from "./text/features.ts";
import { getOwn, isTable, type TomlTable } from "./toml/value.ts";
import type { ConfigWarning } from "./warnings.ts";

/** A `deprecationNotice`: something that works for now, and what to write instead. */
export interface DeprecationNotice {
  summary: string;
  details: string | null;
}

const WEB_SEARCH_DETAILS =
  'Set `web_search` to `"live"`, `"cached"`, or `"disabled"` at the top level (or under a profile) in config.toml if you want to override it.';

/** What a thread's client is told at its start about settings that are on their way out, in the order of their names. */
export function deprecationNotices(stack: LayerStack, config: Pick<Config, "profile">): DeprecationNotice[] {
  const profiles = getOwn(stack.merged, "profiles");
  const profile = config.profile !== null && isTable(profiles) ? getOwn(profiles, config.profile) : undefined;
  const scopes: TomlTable[] = [stack.merged, ...(isTable(profile) ? [profile] : [])];
  const notices = new Map<string, DeprecationNotice>();
  for (const scope of scopes) {
    for (const key of [
      "experimental_use_freeform_apply_patch",
      "experimental_use_unified_exec_tool",
      "include_apply_patch_tool",
    ]) {
      if (scope !== stack.merged || key !== "include_apply_patch_tool") {
        if (Object.hasOwn(scope, key)) notices.set(key, aliasNotice(key));
      }
    }
    const features = getOwn(scope, "features");
    for (const key of isTable(features) ? Object.keys(features) : []) {
      const notice = featureNotice(key);
      // Names of today stand among older ones as `features.<name>`.
      if (notice !== null) notices.set(findFeature(key)?.key === key ? `features.${key}` : key, notice);
    }
  }
  const sorted = [...notices.keys()].sort(byBytes).map(key => notices.get(key) as DeprecationNotice);
  if (stack.layers.some(layer => layer.disabledReason === undefined && usesOldInstructions(layer.config))) {
    sorted.push({
      summary: "`experimental_instructions_file` is deprecated and ignored. Use `model_instructions_file` instead.",
      details:
        "Move the setting to `model_instructions_file` in config.toml (or under a profile) to load instructions from a file.",
    });
  }
  return sorted;
}

function featureNotice(key: string): DeprecationNotice | null {
  const feature = findFeature(key);
  if (feature === undefined) return null;
  if (feature.key === "web_search_request" || feature.key === "web_search_cached") {
    return {
      summary: `\`[features].${key}\` is deprecated because web search is enabled by default.`,
      details: WEB_SEARCH_DETAILS,
    };
  }
  if (feature.key === "use_legacy_landlock") {
    return {
      summary: "`[features].use_legacy_landlock` is deprecated and will be removed soon.",
      details: "Remove this setting to stop opting into the legacy Linux sandbox behavior.",
    };
  }
  return feature.key === key ? null : aliasNotice(key);
}

function aliasNotice(alias: string): DeprecationNotice {
  const canonical = findFeature(alias)?.key ?? alias;
  return {
    summary: `\`[features].${alias}\` is deprecated. Use \`[features].${canonical}\` instead.`,
    details: `Enable it with \`--enable ${canonical}\` or \`[features].${canonical}\` in config.toml. See https://developers.openai.com/codex/config-basic#feature-flags for details.`,
  };
}

function usesOldInstructions(table: TomlTable): boolean {
  const profiles = getOwn(table, "profiles");
  const scopes = [table, ...(isTable(profiles) ? Object.values(profiles).filter(isTable) : [])];
  return scopes.some(scope => Object.hasOwn(scope, "experimental_instructions_file"));
}

/** Told when a thread's policy is `on-failure`. */
export const ON_FAILURE_DEPRECATED =
  "`on-failure` approval policy is deprecated and will be removed in a future release. Use `on-request` for interactive approvals or `never` for non-interactive runs.";

/** What a thread's client is told at its start, in order: `deprecationNotice`s, then `warning`s. */
export interface ThreadNotices {
  deprecations: readonly DeprecationNotice[];
  warnings: readonly string[];
}

/** The notices that follow from settings; the policy in force and the thread's own files have theirs besides. */
export function threadNotices(stack: LayerStack, config: Config, warnings: readonly ConfigWarning[]): ThreadNotices {
  const unstable = unstableFeatures(stack, config);
  return {
    deprecations: deprecationNotices(stack, config),
    warnings: [...warnings.map(({ message }) => message), ...(unstable === null ? [] : [unstable])],
  };
}

/** The warning about features under development that the files switch on and that are on; null when there are none. */
function unstableFeatures(stack: LayerStack, config: Config): string | null {
  if (config.suppressUnstableFeaturesWarning) return null;
  const features = getOwn(stack.merged, "features");
  if (!isTable(features)) return null;
  const unstable = FEATURES.filter(
    ({ key, stage }) =>
      stage === "under development" && getOwn(features, key) === true && config.features[key] === true,
  ).map(feature => feature.key);
  if (unstable.length === 0) return null;
  return unstableFeaturesText(unstable.sort(), nodePath.join(config.codexHome, "config.toml"));
}

/** The summary of the `configWarning` about project folders that do not count yet; null when there are none. */
export function disabledProjectsWarning(stack: LayerStack): string | null {
  const disabled = stack.layers.flatMap(layer =>
    layer.name.type === "project" && layer.disabledReason !== undefined
      ? [{ folder: layer.name.dotCodexFolder, reason: layer.disabledReason }]
      : [],
  );
  if (disabled.length === 0) return null;
  const items = disabled.map(({ folder, reason }, at) => `    ${at + 1}. ${folder}\n       ${reason}\n`);
  return `Project-local config, hooks, and exec policies are disabled in the following folders until the project is trusted, but skills still load.\n${items.join("")}`;
}

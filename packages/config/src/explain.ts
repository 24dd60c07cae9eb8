import type { Config } from "./effective/types.ts";
import type { SourceRange } from "./errors.ts";
import { findFeature } from "./features/registry.ts";
import { fieldNamed } from "./keys/decode.ts";
import { nearestName } from "./keys/nearest.ts";
import { configKeys } from "./keys/root.ts";
import type { Key, KeyType, Stage } from "./keys/types.ts";
import { withoutAliases } from "./layers/merge.ts";
import type { LayerStack } from "./layers/stack.ts";
import { type ConfigLayer, describeSource, type LayerSource } from "./layers/types.ts";
import { describeRequirementSource, type Requirements, type Sourced } from "./requirements/types.ts";
import { Locator } from "./toml/locate.ts";
import { getOwn, getPath, type JsonValue, toJson } from "./toml/value.ts";

/** A place that sets a key. */
export interface ExplainedSetting {
  value: JsonValue;
  /** The layer, for people: `user config: /home/me/.codex/config.toml`. */
  from: string;
  layer: LayerSource | null;
  file: string | null;
  range: SourceRange | null;
  /** Why it does not count although it is there. */
  ignored: string | null;
}

/** Everything about one key: what holds, why, and what else was said. */
export interface Explanation {
  key: string;
  known: boolean;
  doc: string | null;
  type: string | null;
  default: string | null;
  stage: Stage | null;
  /** The value in force; null when nothing sets it and it has no fixed default. */
  value: JsonValue;
  /** What decided: the strongest setting, or null when the default holds. */
  decidedBy: ExplainedSetting | null;
  /** Weaker settings, strongest first. */
  overrides: ExplainedSetting[];
  requirement: { rule: string; from: string } | null;
  /** The key that was probably meant, for an unknown one. */
  didYouMean: string | null;
}

/**
 * Where a setting comes from. Works for a key path of config.toml (`tui.theme`) and for features (`features.undo`).
 * @param config the effective settings; they give the value after profile, requirements and defaults
 */
export function explainKey(stack: LayerStack, config: Config | null, keyPath: string): Explanation {
  const path = keyPath.split(".");
  const settings = settingsOf(stack, config, path);
  const counted = settings.filter(setting => setting.ignored === null);
  const [decidedBy = null, ...overrides] = counted;
  const found = findKey(path);
  const requirement = requirementOn(stack.requirements, path);
  const effective = config === null ? undefined : effectiveValue(config, stack.requirements, path);
  return {
    key: keyPath,
    known: found !== null,
    doc: found?.key.doc ?? null,
    type: found === null ? null : typeName(found.key.type),
    default: found?.key.default ?? null,
    stage: found === null ? null : (found.key.stage ?? "stable"),
    value: effective === undefined ? (decidedBy?.value ?? null) : effective,
    decidedBy,
    overrides: [...overrides, ...settings.filter(setting => setting.ignored !== null)],
    requirement,
    didYouMean: found === null ? suggestion(path) : null,
  };
}

function settingsOf(stack: LayerStack, config: Config | null, path: readonly string[]): ExplainedSetting[] {
  const out: ExplainedSetting[] = [];
  const profile = config?.profile ?? null;
  const top = path[0];
  if (profile !== null && top !== undefined && configKeys.fields[top]?.profile === true) {
    out.push(...inLayers(stack, ["profiles", profile, ...path], ` (profile ${profile})`));
  }
  out.push(...inLayers(stack, path, ""));
  return out;
}

function inLayers(stack: LayerStack, path: readonly string[], note: string): ExplainedSetting[] {
  return stack.layers.toReversed().flatMap(layer => {
    const value = getPath(withoutAliases(layer.config), path);
    return value === undefined ? [] : [settingIn(layer, path, toJson(value), note)];
  });
}

function settingIn(layer: ConfigLayer, path: readonly string[], value: JsonValue, note: string): ExplainedSetting {
  return {
    value,
    from: `${describeSource(layer.name)}${note}`,
    layer: layer.name,
    file: layer.file ?? null,
    range: layer.text === undefined ? null : new Locator(layer.text).locate(path),
    ignored: layer.disabledReason ?? null,
  };
}

function findKey(path: readonly string[]): { key: Key } | null {
  let type: KeyType = configKeys;
  let key: Key | null = null;
  for (const step of path) {
    const next: Key | null = stepInto(type, step);
    if (next === null) return null;
    key = next;
    type = next.type;
  }
  return key === null ? null : { key };
}

function stepInto(type: KeyType, step: string): Key | null {
  if (type.kind === "table") {
    const field = fieldNamed(type, step);
    if (field !== undefined) return field;
    if (type.name === "FeaturesToml") {
      const feature = findFeature(step);
      if (feature === undefined) return null;
      const stage: Stage =
        feature.stage === "experimental" ? "experimental" : feature.stage === "stable" ? "stable" : "deprecated";
      return {
        type: { kind: "boolean" },
        doc: `Feature switch (${feature.stage}).`,
        default: String(feature.default),
        stage,
      };
    }
    return type.rest === undefined ? null : { type: type.rest, doc: "An entry of its table." };
  }
  if (type.kind === "map") return { type: type.of, doc: "An entry of its table." };
  if (type.kind === "list" && /^\d+$/.test(step)) return { type: type.of, doc: "An element of its list." };
  if (type.kind === "union") {
    for (const option of type.options) {
      const found = stepInto(option, step);
      if (found !== null) return found;
    }
  }
  if (type.kind === "variants" && type.tables[step] !== undefined) {
    return { type: type.tables[step], doc: "A variant of its setting." };
  }
  return null;
}

function suggestion(path: readonly string[]): string | null {
  let type: KeyType = configKeys;
  for (const [at, step] of path.entries()) {
    const next = stepInto(type, step);
    if (next === null) {
      const known = type.kind === "table" ? Object.keys(type.fields) : [];
      const meant = nearestName(step, known);
      return meant === undefined ? null : [...path.slice(0, at), meant].join(".");
    }
    type = next.type;
  }
  return null;
}

/** How a type reads to people. */
export function typeName(type: KeyType): string {
  switch (type.kind) {
    case "enum":
      return type.values.map(word => `"${word}"`).join(" | ");
    case "list":
      return `list of ${typeName(type.of)}`;
    case "map":
      return `table of ${typeName(type.of)}`;
    case "union":
      return type.options.map(typeName).join(" or ");
    case "variants":
      return [
        ...type.words.map(word => `"${word}"`),
        ...Object.keys(type.tables).map(name => `{ ${name} = {...} }`),
      ].join(" | ");
    case "tagged":
      return "table";
    default:
      return type.kind;
  }
}

/** Where the effective settings keep what a key sets, for keys that something else than the files can change. */
const EFFECTIVE: Readonly<Record<string, (config: Config) => JsonValue>> = {
  model: config => config.model,
  model_provider: config => config.modelProviderId,
  approval_policy: config => config.approvalPolicy as JsonValue,
  approvals_reviewer: config => config.approvalsReviewer,
  sandbox_mode: config => config.sandboxMode,
  web_search: config => config.webSearchMode,
  personality: config => config.personality,
  service_tier: config => config.serviceTier,
};

function effectiveValue(config: Config, requirements: Requirements, path: readonly string[]): JsonValue | undefined {
  const [first = "", second, third] = path;
  if (second === undefined) return EFFECTIVE[first]?.(config);
  if (path.length === 2) {
    if (first === "auto_review" && second === "policy") return config.autoReviewPolicy;
    const feature = first === "features" ? findFeature(second) : undefined;
    return feature === undefined ? undefined : (config.features[feature.key] ?? null);
  }
  if (path.length > 3 || third !== "enabled") return undefined;
  if (first === "mcp_servers") return getOwn(config.mcpServers, second)?.enabled;
  return first === "apps" && isRequiredOff(requirements, second) ? false : undefined;
}

function isRequiredOff({ apps }: Requirements, app: string): boolean {
  return getOwn(apps?.value ?? {}, app)?.enabled === false;
}

function requirementOn(requirements: Requirements, path: readonly string[]): Explanation["requirement"] {
  const rule = <T>(required: Sourced<T> | undefined, text: (value: T) => string): Explanation["requirement"] =>
    required === undefined ? null : { rule: text(required.value), from: describeRequirementSource(required.source) };
  const denied = requirements.denyRead?.value.length === 0 ? undefined : requirements.denyRead;
  const oneOf = (values: readonly unknown[]): string =>
    `one of ${values.map(value => JSON.stringify(value)).join(", ")}`;
  switch (path[0]) {
    case "approval_policy":
      return rule(requirements.allowedApprovalPolicies, oneOf);
    case "approvals_reviewer":
      return rule(requirements.allowedApprovalsReviewers, oneOf);
    case "sandbox_mode":
      return (
        rule(requirements.allowedSandboxModes, oneOf) ?? rule(denied, () => 'one of "read-only", "workspace-write"')
      );
    case "web_search":
      return rule(requirements.allowedWebSearchModes, oneOf);
    case "mcp_servers":
      return rule(
        requirements.mcpServers,
        servers => `only the servers ${Object.keys(servers).join(", ") || "(none)"}`,
      );
    case "apps": {
      const [, app = ""] = path;
      return isRequiredOff(requirements, app) ? rule(requirements.apps, () => `\`${app}\` must be off`) : null;
    }
    case "auto_review":
      return rule(requirements.guardianPolicy, () => "the administrator's policy");
    case "permissions":
      if (path[2] === "network")
        return rule(requirements.network, () => "the administrator's network rules come first");
      return rule(denied, paths => `nobody may read ${paths.join(", ")}`);
    case "default_permissions":
      return rule(denied, paths => `nobody may read ${paths.join(", ")}`);
    case "features": {
      const key = path[1] === undefined ? undefined : findFeature(path[1])?.key;
      const pin = key === undefined ? undefined : requirements.features?.value[key];
      return pin === undefined ? null : rule(requirements.features, () => `must be ${pin}`);
    }
    default:
      return null;
  }
}

/** An explanation as text for a terminal. */
export function formatExplanation(explanation: Explanation): string {
  const { key, decidedBy } = explanation;
  if (!explanation.known && decidedBy === null) {
    const hint = explanation.didYouMean === null ? "" : ` Did you mean \`${explanation.didYouMean}\`?`;
    return `\`${key}\` is not a setting.${hint}\n`;
  }
  const lines = [`${key} = ${explanation.value === null ? "(unset)" : JSON.stringify(explanation.value)}`];
  if (explanation.doc !== null) lines.push(`  ${explanation.doc}`);
  if (explanation.type !== null) lines.push(`  type: ${explanation.type}`);
  lines.push(`  default: ${explanation.default ?? "none"}`);
  if (explanation.stage !== null && explanation.stage !== "stable") lines.push(`  stage: ${explanation.stage}`);
  lines.push(`  set by: ${decidedBy === null ? "nobody, the default holds" : place(decidedBy)}`);
  for (const other of explanation.overrides) {
    const why = other.ignored === null ? "" : ` (ignored: ${other.ignored})`;
    lines.push(`  overrides: ${JSON.stringify(other.value)} from ${place(other)}${why}`);
  }
  if (explanation.requirement !== null) {
    lines.push(`  required: ${explanation.requirement.rule} (set by ${explanation.requirement.from})`);
  }
  if (!explanation.known) lines.push("  This key is not known to this version; nothing reads it.");
  return `${lines.join("\n")}\n`;
}

function place(setting: ExplainedSetting): string {
  return setting.range === null ? setting.from : `${setting.from}:${setting.range.start.line}`;
}

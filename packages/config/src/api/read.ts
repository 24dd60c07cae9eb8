import { resolveFeatures } from "../features/resolve.ts";
import { readMcpServers, viewMcpServer } from "../effective/mcp.ts";
import { Reader } from "../effective/read.ts";
import { ConfigError } from "../errors.ts";
import { configKeys } from "../keys/root.ts";
import { viewTable } from "../keys/view.ts";
import type { LayerStack } from "../layers/stack.ts";
import type { LayerMetadata, LayerSource } from "../layers/types.ts";
import { getOwn, isTable, type JsonValue, setOwn, type TomlTable, toJson } from "../toml/value.ts";

export interface ConfigLayerView {
  name: LayerSource;
  version: string;
  config: JsonValue;
  disabledReason?: string;
}

/** The answer of `config/read`. */
export interface ConfigReadResponse {
  config: { [key: string]: JsonValue };
  origins: Record<string, LayerMetadata>;
  /** Highest precedence first, disabled ones included; only when asked for. */
  layers?: ConfigLayerView[];
}

/** Maps that show as `{}` when unset. */
const MAPS = ["profiles", "mcp_servers", "model_providers", "plugins", "marketplaces"];
/** Features whose effective value is always shown. */
export const SHOWN_FEATURES = [
  "apps",
  "memories",
  "plugins",
  "tool_search",
  "tool_suggest",
  "tool_call_mcp_elicitation",
];

/**
 * The merged settings, where each came from, and the layers, in the shape of the app-server's `config/read`.
 * @param options.processCwd what an unset `auth.cwd` of a provider means
 * @param options.features what is on, where another stack than this one decides it
 * @throws ConfigError when the merged settings are not valid
 */
export function configReadResponse(
  stack: LayerStack,
  options: {
    includeLayers?: boolean;
    processCwd: string;
    platform?: NodeJS.Platform;
    featureEnablement?: Readonly<Record<string, boolean>>;
    features?: Readonly<Record<string, boolean>>;
  },
): ConfigReadResponse {
  const table = stack.checked();
  const config = viewTable(configKeys, table);
  for (const name of MAPS) config[name] ??= {};
  config["shell_environment_policy"] ??= viewTable(
    configKeys.fields["shell_environment_policy"]?.type as Extract<
      (typeof configKeys)["fields"][string]["type"],
      { kind: "table" }
    >,
    {},
  );
  config["mcp_servers"] = Object.fromEntries(
    Object.entries(readMcpServers(new Reader(table).sub("mcp_servers"))).map(([name, server]) => [
      name,
      viewMcpServer(server),
    ]),
  );
  fillAuthFolders(config["model_providers"], options.processCwd);
  fillWebSearch(config);
  const values = options.features ?? featureValues(stack, table, options);
  config["features"] = featuresView(config["features"] ?? null, values);
  return {
    config,
    origins: stack.origins,
    ...(options.includeLayers === true ? { layers: layerViews(stack) } : {}),
  };
}

function layerViews(stack: LayerStack): ConfigLayerView[] {
  return stack.layers.toReversed().map(layer => ({
    name: layer.name,
    version: layer.version,
    config: toJson(layer.config),
    ...(layer.disabledReason === undefined ? {} : { disabledReason: layer.disabledReason }),
  }));
}

function fillAuthFolders(providers: JsonValue | undefined, cwd: string): void {
  if (typeof providers !== "object" || providers === null || Array.isArray(providers)) return;
  for (const provider of Object.values(providers)) {
    if (typeof provider !== "object" || provider === null || Array.isArray(provider)) continue;
    const auth = provider["auth"];
    if (typeof auth === "object" && auth !== null && !Array.isArray(auth)) auth["cwd"] ??= cwd;
  }
}

/** A boolean `tools.web_search` is accepted and means nothing. */
function fillWebSearch(scope: { [key: string]: JsonValue }): void {
  const clear = (holder: JsonValue | undefined): void => {
    if (typeof holder !== "object" || holder === null || Array.isArray(holder)) return;
    const tools = holder["tools"];
    if (
      typeof tools === "object" &&
      tools !== null &&
      !Array.isArray(tools) &&
      typeof tools["web_search"] === "boolean"
    ) {
      tools["web_search"] = null;
    }
  };
  clear(scope);
  const profiles = scope["profiles"];
  if (typeof profiles === "object" && profiles !== null && !Array.isArray(profiles))
    Object.values(profiles).forEach(clear);
}

function featuresView(written: JsonValue, values: Readonly<Record<string, boolean>>): JsonValue {
  const out = typeof written === "object" && written !== null && !Array.isArray(written) ? { ...written } : {};
  for (const key of SHOWN_FEATURES) setOwn(out, key, values[key] ?? false);
  return out;
}

function featureValues(
  stack: LayerStack,
  table: TomlTable,
  options: { platform?: NodeJS.Platform; featureEnablement?: Readonly<Record<string, boolean>> },
): Record<string, boolean> {
  const written = getOwn(table, "features");
  const selected = getOwn(table, "profile");
  const profiles = getOwn(table, "profiles");
  const profile = typeof selected === "string" && isTable(profiles) ? getOwn(profiles, selected) : undefined;
  if (typeof selected === "string" && !isTable(profile)) {
    throw new ConfigError("unknown_profile", `config profile \`${selected}\` not found`);
  }
  const inMemory = Object.entries(options.featureEnablement ?? {}).filter(
    ([key]) => !isTable(written) || !Object.hasOwn(written, key),
  );
  return resolveFeatures({
    base: table,
    profile: isTable(profile) ? profile : undefined,
    overrides: Object.fromEntries(inMemory),
    pins: stack.requirements.features,
    platform: options.platform ?? process.platform,
  }).values;
}

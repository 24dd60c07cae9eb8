import { ProviderError } from "../errors.ts";
import { BEDROCK_ID, type ProviderConfig } from "./definition.ts";

const RESERVED = ["openai", "ollama", "lmstudio"];

/**
 * Checks the whole `[model_providers]` table; rules in the order in which they are reported.
 * @throws {ProviderError} with the text of the first rule that is broken
 */
export function validateProviders(providers: Readonly<Record<string, ProviderConfig>>): void {
  const reserved = Object.keys(providers)
    .filter(id => RESERVED.includes(id))
    .sort();
  if (reserved.length > 0) {
    throw new ProviderError(
      `model_providers contains reserved built-in provider IDs: ${reserved.map(id => `\`${id}\``).join(", ")}. ` +
        "Built-in providers cannot be overridden. Rename your custom provider (for example, `openai-custom`).",
    );
  }
  for (const [id, provider] of Object.entries(providers)) {
    const fault = faultOf(id, provider);
    if (fault !== undefined) throw new ProviderError(fault);
  }
}

function faultOf(id: string, provider: ProviderConfig): string | undefined {
  if (id === BEDROCK_ID) return faultOfBedrock(provider);
  if (provider.aws !== undefined) {
    return `model_providers.${id}: provider aws is only supported for \`${BEDROCK_ID}\``;
  }
  if ((provider.name ?? "").trim() === "") return `model_providers.${id}: provider name must not be empty`;
  const wire = faultOfWire(provider.wire_api);
  if (wire !== undefined) return wire;
  if (provider.auth === undefined) return undefined;
  if (provider.auth.command.trim() === "") return `model_providers.${id}: provider auth.command must not be empty`;
  if (provider.auth.timeout_ms === 0) {
    return `model_providers.${id}.auth.timeout_ms: invalid value: integer \`0\`, expected a nonzero u64`;
  }
  const clashes = authClashes(provider, ["env_key", "experimental_bearer_token", "requires_openai_auth"]);
  if (clashes === "") return undefined;
  return `model_providers.${id}: provider auth cannot be combined with ${clashes}`;
}

function authClashes(provider: ProviderConfig, fields: readonly (keyof ProviderConfig)[]): string {
  return fields.filter(field => provider[field] !== undefined && provider[field] !== false).join(", ");
}

function faultOfBedrock(provider: ProviderConfig): string | undefined {
  if (provider.aws !== undefined) {
    if (provider.supports_websockets) return "provider aws cannot be combined with supports_websockets";
    const clashes = authClashes(provider, ["env_key", "experimental_bearer_token", "auth", "requires_openai_auth"]);
    if (clashes !== "") return `provider aws cannot be combined with ${clashes}`;
  }
  const { aws: _aws, ...others } = provider;
  const changed = Object.values(others).some(value => value !== undefined && value !== false && value !== "");
  if (!changed) return undefined;
  return (
    `model_providers.${BEDROCK_ID} only supports changing \`aws.profile\` and \`aws.region\`; ` +
    "other non-default provider fields are not supported"
  );
}

function faultOfWire(wire: string | undefined): string | undefined {
  if (wire === undefined || wire === "responses") return undefined;
  if (wire === "chat") {
    return (
      '`wire_api = "chat"` is no longer supported.\n' +
      'How to fix: set `wire_api = "responses"` in your provider config.\n' +
      "More info: https://github.com/openai/codex/discussions/7782"
    );
  }
  return `unknown variant \`${wire}\`, expected \`responses\``;
}

/**
 * Looks a provider up by its id.
 * @throws {ProviderError} there is none of this id
 */
export function selectProvider<T>(id: string, providers: Readonly<Record<string, T>>): T {
  const provider = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (provider !== undefined) return provider;
  if (id === "ollama-chat") {
    throw new ProviderError(
      "`ollama-chat` is no longer supported.\n" +
        "How to fix: replace `ollama-chat` with `ollama` in `model_provider`, `oss_provider`, or `--local-provider`.\n" +
        "More info: https://github.com/openai/codex/discussions/7782",
    );
  }
  throw new ProviderError(`Model provider \`${id}\` not found`);
}

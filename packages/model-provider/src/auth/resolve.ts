import type { Clock } from "../clock.ts";
import { ModelError, modelErrors } from "../errors.ts";
import { checkBedrockRegion, type Env } from "../providers/builtin.ts";
import { BEDROCK_ID, type ProviderDefinition } from "../providers/definition.ts";
import { commandAuth } from "./command.ts";
import { type AuthSource, type Credential, noAuth, noRecovery } from "./credential.ts";

export interface ProviderAuthOptions {
  env: Env;
  clock: Clock;
  /** The session's own source: stored logins and keys. */
  session: AuthSource;
  /** Told why a token command failed on the normal path. Never told the token. */
  warn?: (message: string) => void;
}

/**
 * The source of credentials for one provider, in order: its environment variable, its literal token, its own token
 * command, else the session's logins.
 */
export function providerAuth(provider: ProviderDefinition, options: ProviderAuthOptions): AuthSource {
  if (provider.auth !== null) return commandAuth(provider.auth, options);
  const { envKey, experimentalBearerToken } = provider;
  if (envKey !== null) {
    return fixed(async () => {
      const value = options.env[envKey];
      if (value === undefined || value.trim() === "")
        throw modelErrors.missingEnvKey(envKey, provider.envKeyInstructions);
      return { kind: "bearer", token: value.trim() };
    });
  }
  if (experimentalBearerToken !== null) {
    return fixed(async () => ({ kind: "bearer", token: experimentalBearerToken }));
  }
  if (provider.id === BEDROCK_ID) return fixed(async () => bedrockToken(provider, options.env));
  return provider.name === "gpt-oss" && !provider.requiresOpenaiAuth ? noAuth : options.session;
}

/**
 * Amazon's bearer token.
 * @throws {ModelError} there is none, or no region for it
 */
function bedrockToken(provider: ProviderDefinition, env: Env): Credential {
  const token = env.AWS_BEARER_TOKEN_BEDROCK?.trim();
  const region = provider.aws?.region;
  const unusable = (message: string, hint?: string) =>
    new ModelError("invalid_provider", message, { retryable: false, codexErrorInfo: "other", hint });
  if (!token) {
    const why = "Amazon Bedrock needs a bearer token: requests are not signed with AWS credentials.";
    throw unusable(why, "Set AWS_BEARER_TOKEN_BEDROCK to a Bedrock API key.");
  }
  if (!region) {
    throw unusable("Amazon Bedrock bearer token auth requires `model_providers.amazon-bedrock.aws.region`");
  }
  try {
    checkBedrockRegion(region);
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
  return { kind: "bearer", token };
}

function fixed(credential: () => Promise<Credential>): AuthSource {
  return { kind: "apiKey", credential, recovery: () => noRecovery };
}

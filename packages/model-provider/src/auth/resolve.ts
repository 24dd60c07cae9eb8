import type { Clock } from "../clock.ts";
import { ModelError, modelErrors } from "../errors.ts";
import { checkBedrockRegion, type Env } from "../providers/builtin.ts";
import { BEDROCK_ID, BEDROCK_REGION, type ProviderDefinition } from "../providers/definition.ts";
import { awsKeys } from "./aws.ts";
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
  if (provider.id === BEDROCK_ID) return fixed(() => bedrockCredential(provider, options.env));
  return provider.name === "gpt-oss" && !provider.requiresOpenaiAuth ? noAuth : options.session;
}

/**
 * What requests to Amazon carry: the bearer token of the environment, else a signature with AWS keys.
 * @throws {ModelError} there is neither, no region for the token, or a region that Amazon does not serve
 */
async function bedrockCredential(provider: ProviderDefinition, env: Env): Promise<Credential> {
  const token = env.AWS_BEARER_TOKEN_BEDROCK?.trim();
  const named = provider.aws?.region;
  const unusable = (message: string, hint?: string) =>
    new ModelError("invalid_provider", `Fatal error: ${message}`, { retryable: false, codexErrorInfo: "other", hint });
  if (token && !named) {
    throw unusable("Amazon Bedrock bearer token auth requires `model_providers.amazon-bedrock.aws.region`");
  }
  const region = named ?? BEDROCK_REGION;
  try {
    checkBedrockRegion(region);
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
  if (token) return { kind: "bearer", token };
  const keys = await awsKeys(provider.aws?.profile ?? null, env);
  if (keys === null) {
    throw unusable(
      "Amazon Bedrock needs a bearer token or AWS keys, and there are none.",
      "Set AWS_BEARER_TOKEN_BEDROCK and `model_providers.amazon-bedrock.aws.region`, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws/credentials in `model_providers.amazon-bedrock.aws.profile`.",
    );
  }
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return { kind: "aws", token: secretAccessKey, accessKeyId, sessionToken, region };
}

function fixed(credential: () => Promise<Credential>): AuthSource {
  return { kind: "apiKey", credential, recovery: () => noRecovery };
}

import type { Clock } from "../clock.ts";
import { modelErrors } from "../errors.ts";
import type { Env } from "../providers/builtin.ts";
import type { ProviderDefinition } from "../providers/definition.ts";
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
  return provider.name === "gpt-oss" && !provider.requiresOpenaiAuth ? noAuth : options.session;
}

function fixed(credential: () => Promise<Credential>): AuthSource {
  return { kind: "apiKey", credential, recovery: () => noRecovery };
}

import type { NetworkSandboxPolicy } from "@codex-ts/permissions";
import type { SandboxEngine } from "./choose.ts";

/** Tells a command that it has no network, whoever enforces it (section 10). */
export const NETWORK_DISABLED_VARIABLE = "CODEX_SANDBOX_NETWORK_DISABLED";
/** Names the sandbox on macOS, where nesting is impossible and programs need to know. */
export const SANDBOX_VARIABLE = "CODEX_SANDBOX";

/**
 * The environment a command gets: the prepared one, with the markers of this run. The network marker follows the
 * effective network policy alone, also when somebody else isolates the files.
 */
export function sandboxEnvironment(
  prepared: Readonly<Record<string, string>>,
  engine: SandboxEngine,
  network: NetworkSandboxPolicy,
): Record<string, string> {
  const env = { ...prepared };
  delete env[NETWORK_DISABLED_VARIABLE];
  delete env[SANDBOX_VARIABLE];
  if (network === "restricted") env[NETWORK_DISABLED_VARIABLE] = "1";
  if (engine === "seatbelt") env[SANDBOX_VARIABLE] = "seatbelt";
  return env;
}

/** Variables that would act on the program that builds the sandbox instead of on the command inside. */
export function splitLoaderVariables(env: Readonly<Record<string, string>>): {
  outside: Record<string, string>;
  inside: [name: string, value: string][];
} {
  const entries = Object.entries(env);
  const isLoader = (name: string) => name.startsWith("LD_");
  return {
    outside: Object.fromEntries(entries.filter(([name]) => !isLoader(name))),
    inside: entries.filter(([name]) => isLoader(name)),
  };
}

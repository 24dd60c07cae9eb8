import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import tls, { type SecureContext, type SecureContextOptions } from "node:tls";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { type CommandIo, write } from "./io.ts";

/** Variables that name a file of authorities, the first that is set counts (spec, config section 16). */
const VARIABLES = ["CODEX_CA_CERTIFICATE", "SSL_CERT_FILE"] as const;

/** Where the authorities of a company stand; null: nowhere. An empty variable is not set. */
export function authoritiesFile(env: CommandIo["env"]): { variable: string; file: string } | null {
  for (const variable of VARIABLES) {
    const file = env[variable];
    if (file) return { variable, file };
  }
  return null;
}

/**
 * The certificates of a bundle in PEM, between whatever else it holds.
 * @throws {Error} there is none, or one cannot be read
 */
export function certificatesOf(bundle: string): string[] {
  const found = bundle.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?-----END \1CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error("it holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  found.forEach((pem, at) => {
    try {
      new X509Certificate(pem);
    } catch {
      throw new Error(`its certificate ${at + 1} of ${found.length} cannot be read`);
    }
  });
  return found;
}

/**
 * Lets every connection of this process trust the authorities that the environment names, beside the usual ones. The file is read
 * for the first connection. By one that cannot be read in whole nobody new is trusted, and a person is told why connections may
 * fail.
 */
export function trustAuthorities({ env, stderr }: Pick<CommandIo, "env" | "stderr">): void {
  const named = authoritiesFile(env);
  if (named === null) return;
  let certificates: readonly string[] | undefined;
  const read = () => {
    try {
      return certificatesOf(readFileSync(named.file, "utf8"));
    } catch (error) {
      const why = error instanceof Error && "code" in error ? osErrorText(error) : (error as Error).message;
      write(stderr, `warning: ${named.variable}: the authorities of ${named.file} are not trusted: ${why}\n`);
      return [];
    }
  };
  // Node reads its own variable for this when it starts. All its connections ask this function, so they are added afterwards.
  const create = tls.createSecureContext;
  tls.createSecureContext = (options?: SecureContextOptions): SecureContext => {
    const made = create(options);
    // A connection that names its authorities trusts no others.
    if (options?.ca) return made;
    certificates ??= read();
    for (const pem of certificates) (made as unknown as NativeContext).context.addCACert(pem);
    return made;
  };
}

interface NativeContext {
  context: { addCACert(pem: string): void };
}

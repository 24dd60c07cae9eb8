import { readFile } from "node:fs/promises";
import { TelemetryError } from "../errors.ts";
import type { TlsFiles } from "../settings.ts";

/** What the files of a TLS connection hold. */
export interface TlsContents {
  ca: Buffer | undefined;
  cert: Buffer | undefined;
  key: Buffer | undefined;
}

/**
 * Reads the files of a TLS connection.
 * @throws {TelemetryError} (`unreadable_file`)
 */
export async function readTls(tls: TlsFiles | null): Promise<TlsContents> {
  const [ca, cert, key] = await Promise.all([
    contents(tls?.caCertificate ?? null),
    contents(tls?.clientCertificate ?? null),
    contents(tls?.clientPrivateKey ?? null),
  ]);
  return { ca, cert, key };
}

async function contents(path: string | null): Promise<Buffer | undefined> {
  if (path === null) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TelemetryError("unreadable_file", `TLS file ${path} cannot be read: ${why}`);
  }
}

import type { BearerAuth } from "./bearer-auth.ts";

/** The `--ws-*` flags as they were given. */
export interface WsAuthFlags {
  wsAuth?: string;
  wsTokenFile?: string;
  wsTokenSha256?: string;
  wsSharedSecretFile?: string;
  wsIssuer?: string;
  wsAudience?: string;
  wsMaxClockSkewSeconds?: string;
}

/** Flags that contradict each other, or a secret that cannot be used. */
export class WsAuthError extends Error {
  override readonly name = "WsAuthError";
  readonly code = "bad_ws_auth";
}

const DEFAULT_CLOCK_SKEW_SECONDS = 30;
const MIN_SECRET_BYTES = 32;

/**
 * Settles how clients of a WebSocket listener are known; null when nothing was asked for.
 * @param readSecret reads a file; what it throws is passed on
 * @throws WsAuthError with the text for the person who wrote the flags. Spec: app-server, "Auth flags".
 */
export async function wsAuthSettings(
  flags: WsAuthFlags,
  readSecret: (file: string) => Promise<string>,
): Promise<BearerAuth | null> {
  const tokenFlags = flags.wsTokenFile !== undefined || flags.wsTokenSha256 !== undefined;
  const { wsSharedSecretFile, wsIssuer, wsAudience, wsMaxClockSkewSeconds } = flags;
  const signedFlags = [wsSharedSecretFile, wsIssuer, wsAudience, wsMaxClockSkewSeconds].some(
    flag => flag !== undefined,
  );
  switch (flags.wsAuth) {
    case undefined:
      if (tokenFlags || signedFlags) {
        throw new WsAuthError(
          "websocket auth flags require `--ws-auth capability-token` or `--ws-auth signed-bearer-token`",
        );
      }
      return null;
    case "capability-token":
      if (signedFlags) {
        throw new WsAuthError(
          "`--ws-shared-secret-file`, `--ws-issuer`, `--ws-audience`, and `--ws-max-clock-skew-seconds` require `--ws-auth signed-bearer-token`",
        );
      }
      return { mode: "capability-token", sha256: await tokenDigest(flags, readSecret) };
    case "signed-bearer-token":
      if (tokenFlags) {
        throw new WsAuthError(
          "`--ws-token-file` and `--ws-token-sha256` require `--ws-auth capability-token`, not `signed-bearer-token`",
        );
      }
      return {
        mode: "signed-bearer-token",
        secret: await sharedSecret(wsSharedSecretFile, readSecret),
        issuer: wsIssuer?.trim() || null,
        audience: wsAudience?.trim() || null,
        maxClockSkewSeconds: clockSkew(wsMaxClockSkewSeconds),
      };
    default:
      throw new WsAuthError(
        `invalid value '${flags.wsAuth}' for '--ws-auth <MODE>'; possible values: capability-token, signed-bearer-token`,
      );
  }
}

async function tokenDigest(flags: WsAuthFlags, readSecret: (file: string) => Promise<string>): Promise<Uint8Array> {
  const { wsTokenFile: file, wsTokenSha256: hex } = flags;
  if (file !== undefined && hex !== undefined) {
    throw new WsAuthError("`--ws-token-file` and `--ws-token-sha256` are mutually exclusive");
  }
  if (hex !== undefined) {
    if (!/^[0-9a-f]{64}$/i.test(hex.trim())) {
      throw new WsAuthError("--ws-token-sha256 must be a 64-character hex SHA-256 digest");
    }
    return Buffer.from(hex.trim(), "hex");
  }
  if (file === undefined) {
    throw new WsAuthError(
      "`--ws-token-file` or `--ws-token-sha256` is required when `--ws-auth capability-token` is set",
    );
  }
  const token = (await readSecret(file)).trim();
  if (token === "") throw new WsAuthError(`websocket auth secret ${file} must not be empty`);
  const { createHash } = await import("node:crypto");
  return createHash("sha256").update(token).digest();
}

async function sharedSecret(
  file: string | undefined,
  readSecret: (file: string) => Promise<string>,
): Promise<Uint8Array> {
  if (file === undefined) {
    throw new WsAuthError("`--ws-shared-secret-file` is required when `--ws-auth signed-bearer-token` is set");
  }
  const secret = Buffer.from((await readSecret(file)).trim());
  if (secret.length < MIN_SECRET_BYTES) {
    throw new WsAuthError(`signed websocket bearer secret ${file} must be at least ${MIN_SECRET_BYTES} bytes`);
  }
  return secret;
}

function clockSkew(text: string | undefined): number {
  if (text === undefined) return DEFAULT_CLOCK_SKEW_SECONDS;
  if (!/^\d{1,9}$/.test(text)) {
    throw new WsAuthError(
      `invalid value '${text}' for '--ws-max-clock-skew-seconds <SECONDS>'; expected whole seconds`,
    );
  }
  return Number(text);
}

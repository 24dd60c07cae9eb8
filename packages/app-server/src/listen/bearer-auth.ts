import { createHash, timingSafeEqual } from "node:crypto";

/** How a listener knows its clients. */
export type BearerAuth =
  /** Anybody who knows the token, of which only the digest is kept. */
  | { mode: "capability-token"; sha256: Uint8Array }
  /** Anybody who was given a token signed (HS256) with the shared secret. */
  | {
      mode: "signed-bearer-token";
      secret: Uint8Array;
      issuer: string | null;
      audience: string | null;
      /** Tolerance for `exp` and `nbf`, seconds. */
      maxClockSkewSeconds: number;
    };

/** Null when the client may come in, else what it is told (with 401). */
export type Authorize = (authorization: string | undefined) => Promise<string | null> | string | null;

/** Checks the `Authorization` header of a client. Spec: app-server, "Auth flags". */
export function bearerAuthorizer(auth: BearerAuth, now: () => number = Date.now): Authorize {
  return authorization => {
    if (authorization === undefined) return "missing websocket bearer token";
    const token = bearerToken(authorization);
    if (token === null) return "invalid authorization header";
    if (auth.mode === "capability-token") {
      const digest = createHash("sha256").update(token).digest();
      return timingSafeEqual(digest, auth.sha256) ? null : "invalid websocket bearer token";
    }
    return checkJwt(token, auth, now());
  };
}

function bearerToken(authorization: string): string | null {
  const space = authorization.search(/\s/);
  if (space === -1 || authorization.slice(0, space).toLowerCase() !== "bearer") return null;
  return authorization.slice(space).trim() || null;
}

type SignedAuth = Extract<BearerAuth, { mode: "signed-bearer-token" }>;

async function checkJwt(token: string, auth: SignedAuth, now: number): Promise<string | null> {
  const { jwtVerify, errors } = await import("jose");
  try {
    await jwtVerify(token, auth.secret, {
      algorithms: ["HS256"],
      requiredClaims: ["exp"],
      clockTolerance: auth.maxClockSkewSeconds,
      currentDate: new Date(now),
      ...(auth.issuer === null ? {} : { issuer: auth.issuer }),
      ...(auth.audience === null ? {} : { audience: auth.audience }),
    });
    return null;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return "expired websocket jwt";
    if (error instanceof errors.JWTClaimValidationFailed) return claimFailure(error.claim, error.reason);
    return "invalid websocket jwt";
  }
}

function claimFailure(claim: string, reason: string): string {
  if (claim === "iss") return "websocket jwt issuer mismatch";
  if (claim === "aud") return "websocket jwt audience mismatch";
  return claim === "nbf" && reason === "check_failed" ? "websocket jwt is not valid yet" : "invalid websocket jwt";
}

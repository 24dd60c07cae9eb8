import type { LoginKind } from "../providers/definition.ts";
import { isHeaderSafe } from "../request/headers.ts";
import { signAws, type SignableRequest } from "./sigv4.ts";

/** A bearer token and what goes with it. Never logged. */
export type Credential =
  | { kind: "apiKey"; token: string }
  | { kind: "bearer"; token: string }
  /** Requests are signed; `token` is the secret key and is never sent. */
  | { kind: "aws"; token: string; accessKeyId: string; sessionToken: string | null; region: string }
  | {
      kind: "chatgpt";
      token: string;
      accountId: string | null;
      fedramp: boolean;
      planType: string | null;
      userId?: string | null;
    };

/** Who supplies credentials. One for each cache: the model client and the models list have their own. */
export interface AuthSource {
  /** Settled once `prepare` or `credential` has resolved. */
  readonly kind: "none" | "apiKey" | "command" | "external" | "chatgpt";
  /** Loads what `kind` depends on, without refreshing or running anything. */
  prepare?(): Promise<void>;
  /** The credential for the next request, refreshed ahead of time where that is known to be needed; null: none. */
  credential(): Promise<Credential | null>;
  /** A fresh state machine for the 401 answers of one stream. */
  recovery(): AuthRecovery;
}

/** Takes one step for each 401. */
export interface AuthRecovery {
  /**
   * @param tell hears of the step before it settles
   * @returns true: the credentials changed, send the same request again; false: no steps are left
   * @throws {ModelError} the step failed
   */
  next(tell?: (step: RecoveryStep) => void): Promise<boolean>;
}

/** What became of one step after a 401, as telemetry names it (spec analytics.md C2, `codex.auth_recovery`). */
export interface RecoveryStep {
  /** Whose credentials they are: stored by this program, or fetched from a command or the client. */
  mode: "managed" | "external";
  step: "reload" | "refresh_token" | "external_refresh" | "done";
  outcome: "recovery_succeeded" | "recovery_failed_permanent" | "recovery_failed_transient" | "recovery_not_run";
  /** Why nothing was run. */
  reason: "recovery_exhausted" | "not_chatgpt_auth" | null;
  /** Whether the credentials are others now; null: the step did not succeed. */
  stateChanged: boolean | null;
}

/** What is told when all steps were taken. */
export function recoveryExhausted(mode: RecoveryStep["mode"]): RecoveryStep {
  return { mode, step: "done", outcome: "recovery_not_run", reason: "recovery_exhausted", stateChanged: null };
}

/** Credentials that nothing can renew. */
export const noRecovery: AuthRecovery = { next: async () => false };

/** As `noRecovery`, where the login is kept by this program, and watchers hear that it is none that could be renewed. */
export const keyRecovery: AuthRecovery = {
  next: async tell => {
    tell?.({
      mode: "managed",
      step: "reload",
      outcome: "recovery_not_run",
      reason: "not_chatgpt_auth",
      stateChanged: null,
    });
    return false;
  },
};

/** No credentials at all. */
export const noAuth: AuthSource = { kind: "none", credential: async () => null, recovery: () => noRecovery };

/** A fixed API key. */
export function apiKeyAuth(token: string): AuthSource {
  return { kind: "apiKey", credential: async () => ({ kind: "apiKey", token }), recovery: () => noRecovery };
}

/** What a request carries for a credential. */
export interface RequestAuth {
  login: LoginKind;
  headers: Record<string, string>;
  /** Values that no error may quote. */
  secrets: string[];
  /** Gives the headers of a complete request, signed. */
  sign?: (request: SignableRequest, now: number) => Record<string, string>;
}

/** The name that Amazon's endpoint is known by in signatures. */
const AWS_SERVICE = "bedrock-mantle";

export function requestAuth(credential: Credential | null): RequestAuth {
  if (credential?.kind === "aws") return awsAuth(credential);
  const token = credential?.token.trim() ?? "";
  if (credential === null || !isHeaderSafe("authorization", token)) {
    return { login: "none", headers: {}, secrets: credential === null ? [] : [credential.token] };
  }
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (credential.kind === "chatgpt") {
    if (credential.accountId !== null) headers["chatgpt-account-id"] = credential.accountId;
    if (credential.fedramp) headers["x-openai-fedramp"] = "true";
  }
  const login = credential.kind === "bearer" ? "none" : credential.kind;
  return { login, headers, secrets: [token] };
}

function awsAuth(credential: Extract<Credential, { kind: "aws" }>): RequestAuth {
  const { token: secretAccessKey, accessKeyId, sessionToken, region } = credential;
  return {
    login: "none",
    headers: {},
    secrets: [secretAccessKey, ...(sessionToken === null ? [] : [sessionToken])],
    sign: (request, now) => {
      // Amazon's proxies drop names with an underscore, and the signature would no longer fit.
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== "session_id"));
      return signAws(
        { ...request, headers },
        { accessKeyId, secretAccessKey, sessionToken },
        { region, service: AWS_SERVICE, now },
      );
    },
  };
}

/** An API key as it may be shown: the first 8 and the last 5 characters; short keys not at all. */
export function maskKey(key: string): string {
  return key.length <= 13 ? "***" : `${key.slice(0, 8)}***${key.slice(-5)}`;
}

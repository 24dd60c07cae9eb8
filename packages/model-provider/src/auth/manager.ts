import type { Clock } from "../clock.ts";
import { ModelError } from "../errors.ts";
import type { Env } from "../providers/builtin.ts";
import {
  type AuthRecovery,
  type AuthSource,
  type Credential,
  keyRecovery,
  recoveryExhausted,
  type RecoveryStep,
} from "./credential.ts";
import { claimsOf } from "./jwt.ts";
import { REFRESH_URL, RefreshError, refreshTokens } from "./refresh.ts";
import { REVOKE_URL, revokeToken } from "./revoke.ts";
import type { HttpFetch } from "../transport/http-client.ts";
import { type AuthStore, AuthStoreError, type StoredAuth, type StoredTokens } from "./store.ts";

/** ChatGPT tokens that a client of ours manages and hands in. */
export interface ExternalTokens {
  accessToken: string;
  accountId: string | null;
  planType: string | null;
}

export interface AuthManagerOptions {
  store: AuthStore;
  env: Env;
  clock: Clock;
  fetch: HttpFetch;
  /** `CODEX_API_KEY` counts (only one-shot runs allow it). */
  allowCodexApiKey?: boolean;
  /** `OPENAI_API_KEY` counts when nothing else is there; default true. */
  allowOpenaiApiKey?: boolean;
  /** Asks the client for new tokens after a 401. */
  refreshExternal?: (previousAccountId: string | null) => Promise<ExternalTokens>;
  warn?: (message: string) => void;
}

/** What `login status` and `account/read` show. No secrets. */
export type LoginStatus =
  | { kind: "none" }
  | { kind: "apiKey"; from: "CODEX_API_KEY" | "OPENAI_API_KEY" | "stored" }
  | {
      kind: "chatgpt";
      from: "stored" | "external";
      email: string | null;
      planType: string | null;
      accountId: string | null;
    };

const REFRESH_AFTER_MS = 8 * 24 * 3600 * 1000;

/** The session's logins: environment, tokens handed in, and the store. */
export class AuthManager implements AuthSource {
  readonly #options: AuthManagerOptions;
  #external: ExternalTokens | null = null;
  #askExternal: AuthManagerOptions["refreshExternal"];
  #loaded: Promise<StoredAuth | null> | undefined;
  #stored: StoredAuth | null = null;
  #refreshing: Promise<void> | undefined;
  /** Refresh tokens that the issuer refused for good. */
  readonly #refused = new Map<string, RefreshError>();

  constructor(options: AuthManagerOptions) {
    this.#options = options;
    this.#askExternal = options.refreshExternal;
  }

  get kind(): AuthSource["kind"] {
    if (this.#envKey("CODEX_API_KEY", this.#options.allowCodexApiKey ?? false) !== null) return "apiKey";
    if (this.#external !== null) return "external";
    if (this.#stored !== null && modeOf(this.#stored) === "chatgpt") return "chatgpt";
    return this.#stored?.OPENAI_API_KEY || this.#openaiKey() !== null ? "apiKey" : "none";
  }

  async prepare(): Promise<void> {
    await this.#load();
  }

  async credential(): Promise<Credential | null> {
    const codexKey = this.#envKey("CODEX_API_KEY", this.#options.allowCodexApiKey ?? false);
    if (codexKey !== null) return { kind: "apiKey", token: codexKey };
    if (this.#external !== null) return chatgpt(this.#external.accessToken, this.#external);
    let stored = await this.#load();
    if (stored?.tokens && modeOf(stored) === "chatgpt") {
      if (this.#isStale(stored, stored.tokens)) {
        await this.#refresh().catch((error: unknown) => {
          this.#options.warn?.(error instanceof Error ? error.message : "the login could not be renewed");
        });
        stored = this.#stored ?? stored;
      }
      const tokens = stored.tokens;
      if (tokens)
        return chatgpt(tokens.access_token, { accountId: tokens.account_id ?? null, idToken: tokens.id_token });
    }
    const key = stored?.OPENAI_API_KEY || this.#openaiKey();
    return key ? { kind: "apiKey", token: key } : null;
  }

  recovery(): AuthRecovery {
    // What there is to do is known only when the first 401 comes: by then the store has been read.
    let left: RunnableStep[] | undefined;
    let mode: RecoveryStep["mode"] = "managed";
    return {
      next: async tell => {
        if (this.kind === "apiKey") return await keyRecovery.next(tell);
        if (left === undefined) {
          left = this.#recoverySteps();
          if (left.length === 0) return false;
          mode = this.kind === "external" ? "external" : "managed";
        }
        const step = left.shift();
        if (step === undefined) {
          tell?.(recoveryExhausted(mode));
          return false;
        }
        const told = { mode, step: step.name, reason: null };
        try {
          const stateChanged = await step.run();
          tell?.({ ...told, outcome: "recovery_succeeded", stateChanged });
          return true;
        } catch (error) {
          left.length = 0;
          const failure = refreshFailure(error);
          tell?.({ ...told, outcome: recoveryFailure(failure), stateChanged: null });
          throw failure;
        }
      },
    };
  }

  #recoverySteps(): RunnableStep[] {
    switch (this.kind) {
      case "external":
        return [{ name: "external_refresh", run: () => this.#refreshExternal().then(() => true) }];
      case "chatgpt":
        return [
          { name: "reload", run: () => this.#reload() },
          { name: "refresh_token", run: () => this.#refresh().then(() => true) },
        ];
      default:
        return [];
    }
  }

  async status(): Promise<LoginStatus> {
    if (this.#envKey("CODEX_API_KEY", this.#options.allowCodexApiKey ?? false) !== null) {
      return { kind: "apiKey", from: "CODEX_API_KEY" };
    }
    if (this.#external !== null) {
      const { email, planType } = claimsOf(this.#external.accessToken);
      const { accountId } = this.#external;
      return { kind: "chatgpt", from: "external", email, planType: this.#external.planType ?? planType, accountId };
    }
    const stored = await this.#load();
    if (stored?.tokens && modeOf(stored) === "chatgpt") {
      const { email, planType, accountId } = claimsOf(stored.tokens.id_token);
      return { kind: "chatgpt", from: "stored", email, planType, accountId: stored.tokens.account_id ?? accountId };
    }
    // An empty key is a login to those who look, though there is nothing to send.
    if (typeof stored?.OPENAI_API_KEY === "string") return { kind: "apiKey", from: "stored" };
    return this.#openaiKey() === null ? { kind: "none" } : { kind: "apiKey", from: "OPENAI_API_KEY" };
  }

  /** Stores an API key, as it is given, in place of any other login. */
  async loginWithApiKey(key: string): Promise<void> {
    await this.#save({ auth_mode: "apikey", OPENAI_API_KEY: key });
  }

  /** Stores the tokens of a ChatGPT login in place of any other login. */
  async loginWithTokens(tokens: StoredTokens): Promise<void> {
    const account_id = tokens.account_id ?? claimsOf(tokens.id_token).accountId;
    const last_refresh = new Date(this.#options.clock.now()).toISOString();
    await this.#save({ auth_mode: "chatgpt", OPENAI_API_KEY: null, tokens: { ...tokens, account_id }, last_refresh });
  }

  /**
   * Uses tokens of the client, in memory only; null ends that.
   * @param refresh asks the client for new ones after a 401; the one of the options when absent
   */
  useExternalTokens(tokens: ExternalTokens | null, refresh?: AuthManagerOptions["refreshExternal"]): void {
    this.#external = tokens;
    this.#askExternal = refresh ?? this.#options.refreshExternal;
  }

  /** The client's tokens are in use. */
  get isExternal(): boolean {
    return this.#external !== null;
  }

  /**
   * Renews a stored ChatGPT login now; any other login is left as it is.
   * @throws {RefreshError}
   */
  async renew(): Promise<void> {
    if (this.#external !== null) return;
    const stored = await this.#load();
    if (stored?.tokens && modeOf(stored) === "chatgpt") await this.#refresh();
  }

  /**
   * Forgets the login, and tells the issuer of a ChatGPT login so. An issuer that does not answer keeps nobody logged in.
   * @returns whether anything was stored
   */
  async logout(): Promise<boolean> {
    this.#external = null;
    this.#stored = null;
    this.#loaded = Promise.resolve(null);
    const { store, env, fetch, warn } = this.#options;
    const stored = await store.load().catch(() => null);
    const cleared = await store.clear();
    if (stored?.tokens && modeOf(stored) === "chatgpt") {
      const url = env.CODEX_REVOKE_TOKEN_URL_OVERRIDE?.trim() || REVOKE_URL;
      const revoked = await revokeToken({ fetch, url, refreshToken: stored.tokens.refresh_token });
      if (!revoked) warn?.("the login server was not told about the log-out; the stored tokens are gone all the same");
    }
    return cleared;
  }

  #envKey(name: string, allowed: boolean): string | null {
    return allowed ? this.#options.env[name]?.trim() || null : null;
  }

  #openaiKey(): string | null {
    return this.#envKey("OPENAI_API_KEY", this.#options.allowOpenaiApiKey ?? true);
  }

  async #load(): Promise<StoredAuth | null> {
    this.#loaded ??= this.#read().then(stored => {
      this.#stored = stored;
      return stored;
    });
    await this.#loaded;
    return this.#stored;
  }

  /** What is stored and cannot be read is no login. */
  async #read(): Promise<StoredAuth | null> {
    try {
      return await this.#options.store.load();
    } catch (error) {
      if (!(error instanceof AuthStoreError)) throw error;
      this.#options.warn?.(error.message);
      return null;
    }
  }

  async #save(auth: StoredAuth): Promise<void> {
    await this.#options.store.save(auth);
    this.#stored = auth;
    this.#loaded = Promise.resolve(auth);
  }

  #isStale(stored: StoredAuth, tokens: StoredTokens): boolean {
    const now = this.#options.clock.now();
    const { expiresAt } = claimsOf(tokens.access_token);
    if (expiresAt !== null) return expiresAt <= now;
    const last = Date.parse(stored.last_refresh ?? "");
    return !Number.isNaN(last) && now - last > REFRESH_AFTER_MS;
  }

  /** Another program may have renewed the login already: whether what is stored is a renewal by now. */
  async #reload(): Promise<boolean> {
    const tokens = this.#stored?.tokens;
    const before = tokens?.account_id ?? null;
    const stored = await this.#options.store.load();
    if (!stored?.tokens || (stored.tokens.account_id ?? null) !== before) {
      throw new RefreshError(
        "account_mismatch",
        "You have logged out or in to another account meanwhile. Log in again.",
      );
    }
    this.#stored = stored;
    this.#loaded = Promise.resolve(stored);
    return stored.tokens.access_token !== tokens?.access_token;
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<void> {
    const stored = this.#stored;
    const tokens = stored?.tokens;
    if (!stored || !tokens) throw new RefreshError("other", "There is no ChatGPT login to renew. Log in again.");
    const refused = this.#refused.get(tokens.refresh_token);
    if (refused !== undefined) throw refused;
    const { env, clock } = this.#options;
    const url = env.CODEX_REFRESH_TOKEN_URL_OVERRIDE?.trim() || REFRESH_URL;
    try {
      const renewed = await refreshTokens({ fetch: this.#options.fetch, url, refreshToken: tokens.refresh_token });
      const last_refresh = new Date(clock.now()).toISOString();
      await this.#save({ ...stored, tokens: { ...tokens, ...renewed }, last_refresh });
    } catch (error) {
      if (error instanceof RefreshError && error.permanent) this.#refused.set(tokens.refresh_token, error);
      throw error;
    }
  }

  async #refreshExternal(): Promise<void> {
    if (this.#askExternal === undefined)
      throw new RefreshError("other", "The client's tokens are no longer accepted. Log in again.");
    this.#external = await this.#askExternal(this.#external?.accountId ?? null);
  }
}

interface RunnableStep {
  name: RecoveryStep["step"];
  /** Answers whether the credentials are others now. */
  run(): Promise<boolean>;
}

function recoveryFailure({ retryable }: ModelError): RecoveryStep["outcome"] {
  return retryable ? "recovery_failed_transient" : "recovery_failed_permanent";
}

function refreshFailure(error: unknown): ModelError {
  const message = error instanceof Error ? error.message : "The login could not be renewed.";
  const permanent = error instanceof RefreshError && error.permanent;
  return new ModelError(permanent ? "auth_refresh_failed" : "auth_refresh_unavailable", message, {
    retryable: !permanent,
    codexErrorInfo: permanent ? "unauthorized" : "other",
  });
}

function modeOf(stored: StoredAuth): "apikey" | "chatgpt" {
  if (typeof stored.auth_mode === "string") return stored.auth_mode === "apikey" ? "apikey" : "chatgpt";
  return stored.OPENAI_API_KEY ? "apikey" : "chatgpt";
}

function chatgpt(
  token: string,
  facts: { accountId: string | null; planType?: string | null; idToken?: string },
): Credential {
  const claims = claimsOf(facts.idToken ?? token);
  return {
    kind: "chatgpt",
    token,
    accountId: facts.accountId,
    fedramp: claims.fedramp,
    planType: facts.planType ?? claims.planType,
    userId: claims.userId,
  };
}

import type { AuthSource, RequestAuth } from "../auth/credential.ts";
import { providerAuth } from "../auth/resolve.ts";
import { type Clock, systemClock } from "../clock.ts";
import { ModelError } from "../errors.ts";
import type { Env } from "../providers/builtin.ts";
import type { ProviderDefinition } from "../providers/definition.ts";
import { providerHeaders, providerSecrets } from "../request/headers.ts";
import { type HttpFetch, nodeFetch } from "../transport/http-client.ts";
import { type HttpServices, readText, send } from "../transport/http.ts";
import type { ApiRequestFacts } from "../transport/observer.ts";
import { BUNDLED_MODELS } from "./bundled.ts";
import type { ModelsCache } from "./cache.ts";
import type { ModelInfo } from "./info.ts";
import { defaultModel, findModel, type FoundModel, overlayModels, type PickerModel, pickerModels } from "./lookup.ts";
import { ModelCatalogError, parseModels } from "./parse.ts";

export interface ModelsManagerOptions {
  provider: ProviderDefinition;
  /** The session's logins; a provider with a token command runs it on its own here. */
  auth: AuthSource;
  env: Env;
  originator: string;
  userAgent: string;
  /** `major.minor.patch`. */
  clientVersion: string;
  cache: ModelsCache;
  /** `model_catalog_json`: this list alone, and no network. */
  staticModels?: readonly ModelInfo[];
  fetch?: HttpFetch;
  clock?: Clock;
  random?: () => number;
  warn?: (message: string) => void;
  /** Told of every attempt to fetch the list. Must neither throw nor wait. */
  onRequest?: (facts: ModelListRequestFacts) => void;
}

/** An attempt to fetch the list of models, and with which login. */
export interface ModelListRequestFacts extends ApiRequestFacts {
  login: "chatgpt" | "apiKey";
}

export type RefreshStrategy = "online" | "offline" | "onlineIfUncached";

const CACHE_MS = 300_000;
const TIMEOUT_MS = 5000;
const LIST_LIMIT = 32 << 20;

/** The models that can be used now: the bundled ones, and what the provider says over them. */
export class ModelsManager {
  readonly #options: ModelsManagerOptions;
  readonly #http: HttpServices;
  #models: readonly ModelInfo[];
  #etag: string | null = null;
  #login: "chatgpt" | "apiKey" | "none" = "none";

  constructor(options: ModelsManagerOptions) {
    this.#options = options;
    this.#models = options.staticModels ?? BUNDLED_MODELS;
    const clock = options.clock ?? systemClock;
    const { warn } = options;
    this.#http = {
      provider: options.provider,
      auth: providerAuth(options.provider, {
        env: options.env,
        clock,
        session: options.auth,
        ...(warn === undefined ? {} : { warn }),
      }),
      fetch: options.fetch ?? nodeFetch,
      clock,
      random: options.random ?? Math.random,
      secrets: providerSecrets(options.provider, options.env),
    };
  }

  get models(): readonly ModelInfo[] {
    return this.#models;
  }

  find(slug: string): FoundModel {
    return findModel(slug, this.#models);
  }

  picker(): PickerModel[] {
    return pickerModels(this.#models, this.#login);
  }

  defaultModel(): string | null {
    return defaultModel(this.#models, this.#login);
  }

  /** Brings the list up to date. Failures are told to `warn`; the list then stays as it is. */
  async refresh(strategy: RefreshStrategy = "onlineIfUncached", signal?: AbortSignal): Promise<void> {
    await this.#http.auth.prepare?.();
    const { kind } = this.#http.auth;
    this.#login = kind === "chatgpt" || kind === "external" ? "chatgpt" : kind === "none" ? "none" : "apiKey";
    if (this.#options.staticModels !== undefined) return;
    // Anybody else's endpoint need not know this list.
    if (kind !== "chatgpt" && kind !== "external" && kind !== "command") return;
    if (strategy !== "online" && (await this.#useCache())) return;
    if (strategy === "offline") return;
    try {
      await this.#fetchList(signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      if (!(error instanceof ModelError || error instanceof ModelCatalogError)) throw error;
      this.#options.warn?.(`The list of models could not be read: ${error.message}`);
    }
  }

  /** A response named this version of the list: fetch it when it is another, else keep what is held a while longer. */
  async noteEtag(etag: string): Promise<void> {
    if (etag !== this.#etag) return this.refresh("online");
    const cached = await this.#options.cache.load();
    if (cached !== null) await this.#options.cache.save({ ...cached, fetchedAt: this.#http.clock.now() });
  }

  async #useCache(): Promise<boolean> {
    const cached = await this.#options.cache.load();
    if (cached === null || cached.clientVersion !== this.#options.clientVersion) return false;
    const age = this.#http.clock.now() - cached.fetchedAt;
    if (age > CACHE_MS) return false;
    this.#etag = cached.etag;
    this.#models = overlayModels(BUNDLED_MODELS, cached.models);
    return true;
  }

  async #fetchList(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const { clientVersion, cache, originator, userAgent, provider, env, onRequest } = this.#options;
    const headers = (auth: RequestAuth) => ({
      originator,
      "user-agent": userAgent,
      ...providerHeaders(provider, env),
      ...auth.headers,
    });
    const query = `client_version=${clientVersion}`;
    const login = this.#login === "chatgpt" ? "chatgpt" : "apiKey";
    const answer = await send(this.#http, {
      method: "GET",
      path: "/models",
      query,
      headers,
      timeoutMs: TIMEOUT_MS,
      signal,
      observer: onRequest && { apiRequest: facts => onRequest({ ...facts, login }) },
    });
    try {
      const text = await readText(answer, this.#http.clock, LIST_LIMIT);
      const models = parseModels(parseJson(text), answer.url.split("?")[0] ?? "/models");
      const etag = answer.response.headers.get("etag");
      this.#etag = etag;
      this.#models = overlayModels(BUNDLED_MODELS, models);
      await cache.save({ fetchedAt: this.#http.clock.now(), etag, clientVersion, models });
    } finally {
      answer.release();
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

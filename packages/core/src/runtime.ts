import {
  loadConfig,
  type Config,
  type LoadConfigOptions,
  type LoadedConfig,
  type ThreadNotices,
} from "@codex-ts/config";
import {
  BUNDLED_MODELS,
  nodeFetch,
  type AuthSource,
  type ModelInfo,
  type ModelsManager,
} from "@codex-ts/model-provider";
import { JsonlThreadStore, type StoredThread, type ThreadRef, type ThreadStore } from "@codex-ts/thread-store";
import { RuntimeAnalytics } from "./analytics/runtime-analytics.ts";
import { ModelCatalogs } from "./models/catalogs.ts";
import { systemClock } from "./clock.ts";
import { readGitInfo } from "./context/git-info.ts";
import { CoreError } from "./errors.ts";
import { definedOnly } from "./machine.ts";
import type {
  ResumedThread,
  RuntimeOptions,
  StartedThread,
  StartThreadOptions,
  ThreadOptions,
} from "./runtime-options.ts";
import { modelProfile } from "./thread/model-profile.ts";
import { recordedInstructions, writtenTools } from "./thread/restore.ts";
import { RuntimeTelemetry } from "./telemetry/runtime-telemetry.ts";
import type { ThreadServices } from "./thread/services.ts";
import type { Thread } from "./thread/thread.ts";
import { buildServices, defaultAuth } from "./runtime-services.ts";
import { type OpenParts, ThreadOpener } from "./thread/open-thread.ts";

/** Builds the services and hands them down: the one place where the parts of the agent meet. */
export function createRuntime(options: RuntimeOptions): Runtime {
  return new Runtime(options);
}

/** All threads of one process. */
export class Runtime {
  readonly store: ThreadStore;
  private readonly options: RuntimeOptions;
  /** The logins of this process. */
  readonly auth: AuthSource;
  private readonly env: Readonly<Record<string, string>>;
  private readonly services: Promise<ThreadServices>;
  private readonly catalogs: ModelCatalogs;
  private readonly open = new Map<string, Thread>();
  private readonly opener: ThreadOpener;
  /** Takes facts for the product's owner, from the threads and from the doors. */
  readonly analytics: RuntimeAnalytics;
  private readonly telemetry: RuntimeTelemetry;

  constructor(options: RuntimeOptions) {
    this.options = options;
    this.env = definedOnly(options.env);
    this.store =
      options.store ??
      new JsonlThreadStore({
        codexHome: options.codexHome,
        indexFolder: () => this.sqliteHome(),
        ...(options.warn === undefined ? {} : { warn: options.warn }),
      });
    const load = (request: { cwd: string }) => this.loadConfig(request);
    this.auth = options.auth ?? defaultAuth(options, this.env, load);
    this.catalogs = new ModelCatalogs({
      codexHome: options.codexHome,
      auth: this.auth,
      env: this.env,
      originator: options.originator,
      userAgent: options.userAgent ?? `${options.originator}/${options.version}`,
      version: options.version,
      fetch: options.fetch,
      models: options.models,
      onRequest: (config, facts) => void this.telemetry.modelList(config, facts),
    });
    this.analytics = new RuntimeAnalytics({
      auth: this.auth,
      originator: options.originator,
      userAgent: options.userAgent ?? `${options.originator}/${options.version}`,
      fetch: options.fetch ?? nodeFetch,
      ...(options.log === undefined ? {} : { warn: options.log }),
    });
    this.telemetry = new RuntimeTelemetry({
      auth: this.auth,
      env: this.env,
      originator: options.originator,
      version: options.version,
      facts: options.telemetry ?? {},
      now: () => (options.clock ?? systemClock).now(),
      warn: message => options.log?.(message),
    });
    this.services = buildServices(options, this.env, this.analytics);
    this.services.catch(() => {});
    const { env, services, store, auth, analytics, telemetry, open: threads } = this;
    this.opener = new ThreadOpener({
      options,
      env,
      services,
      store,
      auth,
      analytics,
      telemetry,
      loadConfig: load,
      threads,
    });
  }

  /** Threads that are loaded now, in the order in which they were. */
  get threads(): readonly Thread[] {
    return [...this.open.values()];
  }

  /** The models that can be chosen with these settings and this login. Without settings the built-in ones. */
  async models(config: Config | null): Promise<readonly ModelInfo[]> {
    if (config === null) return this.options.models ?? BUNDLED_MODELS;
    return (await this.catalogs.open(config)).picker().map(({ model }) => model);
  }

  thread(id: string): Thread | null {
    return this.open.get(id) ?? null;
  }

  /** The settings that hold for a folder: files, the runtime's flags, and the given overrides. Throws `ConfigError`. */
  loadConfig(
    request: Pick<ThreadOptions, "cwd" | "overrides"> & Partial<LoadConfigOptions> = {},
  ): Promise<LoadedConfig> {
    return loadConfig(this.configRequest(request));
  }

  /** What `loadConfig` is asked with: the runtime's own flags, and the given ones over them. */
  configRequest(
    request: Pick<ThreadOptions, "cwd" | "overrides"> & Partial<LoadConfigOptions> = {},
  ): LoadConfigOptions {
    const base = this.options.config ?? {};
    return {
      codexHome: this.options.codexHome,
      env: this.env,
      version: this.options.version,
      ...base,
      ...request,
      overrides: { ...base.overrides, ...request.overrides },
    };
  }

  async startThread(options: StartThreadOptions = {}): Promise<StartedThread> {
    const services = await this.services;
    const id = services.ids.uuid7();
    const { config, requirements, layers, notices } = await this.settingsOf(options);
    const source = options.source ?? this.options.source ?? "vscode";
    const models = await this.catalogs.open(config);
    const stored = options.ephemeral === true ? (options.copyOf ?? null) : null;
    const recorded = stored === null ? null : (config.baseInstructions ?? recordedInstructions(stored));
    const instructions = recorded ?? baseInstructions(config, models);
    const writer = options.ephemeral
      ? null
      : this.store.create(
          {
            id,
            cwd: config.cwd,
            originator: this.options.originator,
            cli_version: this.options.version,
            source,
            model_provider: config.modelProviderId,
            base_instructions: { text: instructions },
            ...(options.dynamicTools?.length ? { dynamic_tools: writtenTools(options.dynamicTools) } : {}),
          },
          { history: options.extendedHistory ? "extended" : "limited", git: () => readGitInfo(config.cwd) },
        );
    return this.opener.open(options, {
      id,
      config,
      requirements,
      layers,
      notices,
      source,
      writer,
      instructions,
      models,
      stored,
    });
  }

  /**
   * Goes on with a thread from its session file, or from what the store's `load` gave: a long record is not read twice.
   * Throws `ThreadStoreError` when there is none.
   */
  async resumeThread(from: ThreadRef | StoredThread, options: ThreadOptions = {}): Promise<ResumedThread> {
    const running = "id" in from ? this.open.get(from.id) : undefined;
    if (running !== undefined)
      throw new CoreError("bad_request", `thread ${running.id} is running; use the running one`);
    const history = options.extendedHistory ? "extended" : "limited";
    const { thread: stored, writer } =
      "items" in from
        ? { thread: from, writer: this.store.continue(from, { history }) }
        : await this.store.resume(from, { history });
    const { config, requirements, layers, notices } = await this.settingsOf(options);
    const recorded = recordedInstructions(stored);
    const models = await this.catalogs.open(config);
    const started = await this.opener.open(options, {
      id: stored.id,
      config,
      requirements,
      layers,
      notices,
      source: stored.meta.source ?? "vscode",
      writer,
      instructions: config.baseInstructions ?? recorded ?? baseInstructions(config, models),
      models,
      stored,
    });
    return { ...started, stored };
  }

  /** Ends every thread; resolves when their files are closed, no process of theirs is left, and collectors have what is theirs. */
  async shutdown(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.shutdown()));
    await this.telemetry.shutdown();
    await this.store.close();
    // What was begun when the runtime was made is written, too.
    await this.services.catch(() => {});
  }

  /** Where databases lie; a configuration that does not load has them beside the threads. */
  private async sqliteHome(): Promise<string> {
    const { codexHome } = this.options;
    const loaded = await this.loadConfig({ cwd: codexHome }).catch(() => null);
    return loaded?.config.sqliteHome ?? codexHome;
  }

  private async settingsOf(
    options: ThreadOptions,
  ): Promise<Pick<OpenParts, "config" | "requirements" | "layers" | "notices">> {
    const { config, requirements = {}, layers = [], notices = NO_NOTICES } = options;
    if (config !== undefined) return { config, requirements, layers, notices };
    return this.loadConfig(requestOf(options));
  }
}

function baseInstructions(config: Config, models: ModelsManager): string {
  if (config.baseInstructions !== null) return config.baseInstructions;
  const slug = config.model ?? models.defaultModel() ?? "";
  return modelProfile(models.find(slug), config).instructions(config.personality);
}

const NO_NOTICES: ThreadNotices = { deprecations: [], warnings: [] };

function requestOf({ cwd, overrides }: ThreadOptions) {
  return { ...(cwd === undefined ? {} : { cwd }), ...(overrides === undefined ? {} : { overrides }) };
}

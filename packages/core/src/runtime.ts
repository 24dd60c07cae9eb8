import {
  FEATURES,
  loadConfig,
  type Config,
  type ConfigLayer,
  type LoadConfigOptions,
  type LoadedConfig,
  type Requirements,
  type ThreadNotices,
} from "@codex-ts/config";
import {
  AuthManager,
  BUNDLED_MODELS,
  createModelClient,
  authStoreFor,
  deferredAuthStore,
  nodeFetch,
  systemClock as modelClock,
  type AuthSource,
  type ModelInfo,
  type ModelsManager,
} from "@codex-ts/model-provider";
import { nodeBashParser } from "@codex-ts/shell-command/node";
import {
  JsonlThreadStore,
  type SessionSourceRecord,
  type StoredThread,
  type ThreadRef,
  type ThreadStore,
  type ThreadWriter,
} from "@codex-ts/thread-store";
import { RuntimeAnalytics } from "./analytics/runtime-analytics.ts";
import { trackSubagent } from "./analytics/subagent-facts.ts";
import { ApprovalCache } from "./approvals/approval-cache.ts";
import { ModelCatalogs } from "./models/catalogs.ts";
import { loadCommandRules } from "./approvals/load-command-rules.ts";
import { systemClock } from "./clock.ts";
import { loadAgentsMd } from "./context/agents-md.ts";
import { readGitInfo } from "./context/git-info.ts";
import { CoreError } from "./errors.ts";
import { EventBus } from "./events/event-bus.ts";
import { startSessionNetwork } from "./network/start.ts";
import { ProcessManager } from "./exec/process-manager.ts";
import { Stopwatch } from "./exec/stopwatch.ts";
import { loadHooks } from "./hooks/load-hooks.ts";
import { hookRunsFile } from "./hooks/run-log.ts";
import { approvalSlots, toolHooks } from "./hooks/tool-slots.ts";
import { History } from "./history/history.ts";
import { TokenTracker } from "./history/tokens.ts";
import { systemIds } from "./ids.ts";
import { definedOnly, installationId, systemTimezone, userShell } from "./machine.ts";
import { RolloutRecorder } from "./rollout/recorder.ts";
import type {
  ResumedThread,
  RuntimeOptions,
  StartedThread,
  StartThreadOptions,
  ThreadOptions,
} from "./runtime-options.ts";
import { modelProfile } from "./thread/model-profile.ts";
import { providerDefinition } from "./thread/provider.ts";
import { McpReach } from "./mcp/reach.ts";
import { SessionMcp } from "./mcp/session-mcp.ts";
import { mcpToolProvider } from "./mcp/server-tools.ts";
import { dynamicTools, recordedInstructions, restore } from "./thread/restore.ts";
import { tellSessionStart } from "./telemetry/session-start.ts";
import { RuntimeTelemetry } from "./telemetry/runtime-telemetry.ts";
import type { ThreadServices } from "./thread/services.ts";
import { type ReviewerRequest, Session } from "./thread/session.ts";
import { Thread } from "./thread/thread.ts";
import { type ThreadConfig, threadConfig } from "./thread/thread-config.ts";

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
    this.auth = options.auth ?? this.defaultAuth();
    this.catalogs = new ModelCatalogs({
      codexHome: options.codexHome,
      auth: this.auth,
      env: this.env,
      originator: options.originator,
      userAgent: options.userAgent ?? `${options.originator}/${options.version}`,
      version: options.version,
      fetch: options.fetch,
      models: options.models,
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
    this.services = this.buildServices();
    this.services.catch(() => {});
  }

  /** Threads that are loaded now, in the order in which they were. */
  get threads(): readonly Thread[] {
    return [...this.open.values()];
  }

  /** The models that can be used with the settings of `cwd`. A configuration that does not load has the built-in ones. */
  async models(cwd?: string): Promise<readonly ModelInfo[]> {
    const loaded = await this.loadConfig(cwd === undefined ? {} : { cwd }).catch(() => null);
    if (loaded === null) return this.options.models ?? BUNDLED_MODELS;
    return (await this.catalogs.open(loaded.config)).models;
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
            ...(options.dynamicTools?.length ? { dynamic_tools: [...options.dynamicTools] } : {}),
          },
          { history: options.extendedHistory ? "extended" : "limited", git: () => readGitInfo(config.cwd) },
        );
    return this.openThread(options, {
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
    const started = await this.openThread(options, {
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

  private async openThread(options: ThreadOptions, parts: OpenParts): Promise<StartedThread> {
    const services = await this.services;
    await Promise.all((options.tools ?? []).map(tool => tool.prepare?.()));
    const { id, config, writer, stored, models } = parts;
    this.analytics.configure(config);
    const settings = parts.settings ?? threadConfig(config, models.defaultModel() ?? "");
    const agentsMd = await loadAgentsMd({
      cwd: settings.settings.cwd,
      global: settings.globalInstructions,
      rootMarkers: settings.projectRootMarkers,
      fallbackFilenames: settings.projectDocFallbackFilenames,
      maxBytes: settings.projectDocMaxBytes,
    });
    const bus = new EventBus();
    const warn = (message: string) =>
      bus.emit({ kind: "notification", method: "warning", params: { threadId: id, message } });
    if (parts.hidden !== true) {
      for (const params of parts.notices.deprecations)
        bus.emit({ kind: "notification", method: "deprecationNotice", params });
      parts.notices.warnings.forEach(warn);
    }
    const systemOnly = this.options.ignoreRules ?? false;
    const { rules, warning } = await loadCommandRules(config, parts.requirements, services, systemOnly);
    if (warning !== null) warn(`Error parsing rules; custom rules not applied. ${warning.message}`);
    const hooks = await loadHooks(
      {
        layers: parts.layers,
        requirements: parts.requirements,
        enabled: config.features["codex_hooks"] ?? true,
        functions: this.options.hooks ?? [],
        sessionStart: options.sessionStart ?? (stored === null ? "startup" : "resume"),
        runsFile: writer === null ? null : hookRunsFile(services.codexHome, id),
        warn,
      },
      services,
    );
    for (const warning of hooks.warnings) warn(warning);
    const mcp = new SessionMcp({
      threadId: id,
      services,
      bus,
      version: this.options.version,
      cwd: config.cwd,
      settings: config,
      current: () => session.settings,
      reload: () => this.loadConfig({ cwd: config.cwd }),
      warn,
      reach: new McpReach({
        env: services.env,
        codexHome: services.codexHome,
        cwd: config.cwd,
        features: config.features,
        platform: services.platform,
        requirements: parts.requirements,
        network: () => session.network?.live ?? null,
      }),
    });
    const session: Session = new Session({
      id,
      services,
      config: settings,
      client: createModelClient({
        provider: providerDefinition(config.modelProviderId, config.modelProvider),
        auth: this.auth,
        env: this.env,
        originator: this.options.originator,
        userAgent: this.options.userAgent ?? `${this.options.originator}/${this.options.version}`,
        residency: config.enforceResidency,
        webSockets: true,
        ...(this.options.fetch === undefined ? {} : { fetch: this.options.fetch }),
      }),
      bus,
      rollout: new RolloutRecorder(writer, warn),
      history: new History(),
      tokens: new TokenTracker(),
      processes: new ProcessManager(services.ids, services.clock),
      stopwatch: new Stopwatch(services.clock),
      approvals: new ApprovalCache(),
      rules,
      hooks: hooks.hooks,
      customTools: [...(options.tools ?? []), ...dynamicTools(options, stored)],
      mcp,
      approvalSlots: approvalSlots(hooks.hooks, this.options.approvalSlots ?? {}),
      toolHooks: toolHooks(hooks.hooks),
      chatgptLogin: () => this.auth.kind === "chatgpt" || this.auth.kind === "external",
      source: parts.source,
      betaFeatures: experimentalFeatures(config),
      baseInstructions: parts.instructions,
      userInstructions: agentsMd?.text ?? null,
      rawEvents: options.rawEvents ?? false,
      modelProfile: slug => modelProfile(models.find(slug), config),
      noteModelsEtag: etag => models.noteEtag(etag),
      loadRollout: async () => {
        if (writer === null) return null;
        await writer.flush();
        return (await this.store.load({ id })).items;
      },
      openReviewer: request => this.openReviewer(session, options, parts, request),
      saveName: async name => void (await this.store.setName(id, name)),
    });
    session.toolProviders.push(mcpToolProvider(mcp));
    session.network = await startSessionNetwork(config, parts.requirements, {
      rules,
      env: this.env,
      identity: { conversationId: id, appVersion: this.options.version, originator: this.options.originator },
      warn,
    });
    const { model } = settings.settings;
    session.telemetry = await this.telemetry.session({ id, config, model, source: parts.source });
    await tellSessionStart(session, config);
    await openServers(session, mcp, writer);
    if (stored !== null) restore(session, stored, { fork: options.fork === true || writer === null });
    const name = stored === null ? null : await this.store.nameOf(id);
    const thread = new Thread(session, { name, onClose: () => this.open.delete(id) });
    if (parts.hidden !== true) this.open.set(id, thread);
    return {
      thread,
      config,
      requirements: parts.requirements,
      instructionSources: agentsMd?.sources ?? [],
      rulesWarning: warning,
    };
  }

  /** A thread of the reviewer: it can neither ask nor search, and no client knows it. */
  private async openReviewer(
    parent: Session,
    options: ThreadOptions,
    parts: OpenParts,
    { settings, instructions }: ReviewerRequest,
  ): Promise<Thread> {
    const { ids } = parent.services;
    const id = ids.uuid7();
    const source: SessionSourceRecord = { subagent: "review" };
    const writer = parent.rollout.persistent
      ? this.store.create(
          {
            id,
            cwd: settings.cwd,
            originator: this.options.originator,
            cli_version: this.options.version,
            source,
            model_provider: parts.config.modelProviderId,
            base_instructions: { text: instructions },
          },
          { history: "limited", git: () => readGitInfo(settings.cwd) },
        )
      : null;
    const features = { ...parent.config.features, multi_agent: false, multi_agent_v2: false, enable_fanout: false };
    const { thread } = await this.openThread(
      { ...options, tools: [], rawEvents: false },
      {
        ...parts,
        id,
        source,
        writer,
        instructions,
        stored: null,
        hidden: true,
        settings: { ...parent.config, settings, webSearch: "disabled", features },
      },
    );
    trackSubagent(parent, { id, model: settings.model, source: "review" });
    return thread;
  }

  private async settingsOf(
    options: ThreadOptions,
  ): Promise<Pick<OpenParts, "config" | "requirements" | "layers" | "notices">> {
    const { config, requirements = {}, layers = [], notices = NO_NOTICES } = options;
    if (config !== undefined) return { config, requirements, layers, notices };
    return this.loadConfig(requestOf(options));
  }

  private defaultAuth(): AuthSource {
    const { codexHome } = this.options;
    return new AuthManager({
      // A configuration that does not load is told where it is used; logins are then looked for in the usual file.
      store: deferredAuthStore(async () => {
        const config = await this.loadConfig({ cwd: codexHome }).then(
          loaded => loaded.config,
          () => null,
        );
        return authStoreFor(config?.cliAuthCredentialsStore ?? "file", codexHome);
      }),
      env: this.env,
      clock: modelClock,
      fetch: this.options.fetch ?? nodeFetch,
    });
  }

  private async buildServices(): Promise<ThreadServices> {
    const { options } = this;
    const clock = options.clock ?? systemClock;
    const platform = options.platform ?? process.platform;
    return {
      clock,
      ids: options.ids ?? systemIds(() => clock.now()),
      env: this.env,
      codexHome: options.codexHome,
      shell: options.shell ?? userShell(platform),
      platform,
      timezone: options.timezone ?? (await systemTimezone(this.env["TZ"])),
      installationId: await installationId(options.codexHome),
      originator: options.originator,
      bashParser: nodeBashParser(),
      analytics: this.analytics,
      advise: hint => options.advise?.(hint),
    };
  }
}

function baseInstructions(config: Config, models: ModelsManager): string {
  if (config.baseInstructions !== null) return config.baseInstructions;
  const slug = config.model ?? models.defaultModel() ?? "";
  return modelProfile(models.find(slug), config).instructions(config.personality);
}

const NO_NOTICES: ThreadNotices = { deprecations: [], warnings: [] };

interface OpenParts {
  id: string;
  config: Config;
  requirements: Requirements;
  layers: readonly ConfigLayer[];
  notices: ThreadNotices;
  source: SessionSourceRecord;
  writer: ThreadWriter | null;
  instructions: string;
  models: ModelsManager;
  stored: StoredThread | null;
  /** In place of what follows from the configuration. */
  settings?: ThreadConfig;
  /** Not one of the runtime's threads: whoever opened it ends it. */
  hidden?: boolean;
}

/** Starts the MCP servers. A session whose required servers do not start is not begun. */
async function openServers(session: Session, mcp: SessionMcp, writer: ThreadWriter | null): Promise<void> {
  try {
    await mcp.open();
  } catch (error) {
    await mcp.close();
    await session.network?.close();
    await writer?.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError("internal", `Fatal error: Failed to initialize session: ${why}`);
  }
}

function requestOf({ cwd, overrides }: ThreadOptions) {
  return { ...(cwd === undefined ? {} : { cwd }), ...(overrides === undefined ? {} : { overrides }) };
}

/** Enabled features that are still tried out; model servers are told of them. */
function experimentalFeatures({ features }: Config): string[] {
  return FEATURES.filter(({ key, stage }) => stage === "experimental" && features[key] === true).map(({ key }) => key);
}

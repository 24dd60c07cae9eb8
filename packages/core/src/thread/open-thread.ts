import {
  FEATURES,
  ON_FAILURE_DEPRECATED,
  type Config,
  type ConfigLayer,
  type LoadedConfig,
  type Requirements,
  type ThreadNotices,
} from "@codex-ts/config";
import { createModelClient, type AuthSource, type ModelsManager } from "@codex-ts/model-provider";
import type { SessionSourceRecord, StoredThread, ThreadStore, ThreadWriter } from "@codex-ts/thread-store";
import type { RuntimeAnalytics } from "../analytics/runtime-analytics.ts";
import { trackSubagent } from "../analytics/subagent-facts.ts";
import { ApprovalCache } from "../approvals/approval-cache.ts";
import { loadCommandRules } from "../approvals/load-command-rules.ts";
import { loadAgentsMd } from "../context/agents-md.ts";
import { readGitInfo } from "../context/git-info.ts";
import { CoreError } from "../errors.ts";
import { EventBus } from "../events/event-bus.ts";
import { forkedShell } from "../exec/forked-shell.ts";
import { ProcessManager } from "../exec/process-manager.ts";
import { Stopwatch } from "../exec/stopwatch.ts";
import { History } from "../history/history.ts";
import { TokenTracker } from "../history/tokens.ts";
import { loadHooks } from "../hooks/load-hooks.ts";
import { hookRunsFile } from "../hooks/run-log.ts";
import { approvalSlots, toolHooks } from "../hooks/tool-slots.ts";
import { AppsAccess } from "../mcp/apps.ts";
import { McpReach } from "../mcp/reach.ts";
import { mcpToolProvider } from "../mcp/server-tools.ts";
import { SessionMcp } from "../mcp/session-mcp.ts";
import { startSessionNetwork } from "../network/start.ts";
import { RolloutRecorder } from "../rollout/recorder.ts";
import type { RuntimeOptions, StartedThread, ThreadOptions } from "../runtime-options.ts";
import type { RuntimeTelemetry } from "../telemetry/runtime-telemetry.ts";
import { tellSessionStart } from "../telemetry/session-start.ts";
import { modelProfile } from "./model-profile.ts";
import { providerDefinition } from "./provider.ts";
import { dynamicTools, restore } from "./restore.ts";
import type { ThreadServices } from "./services.ts";
import { type ReviewerRequest, Session } from "./session.ts";
import { Thread } from "./thread.ts";
import { type ThreadConfig, threadConfig } from "./thread-config.ts";

/** What a thread is made of that only it has. */
export interface OpenParts {
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

/** What threads share: the runtime's own things. */
export interface House {
  options: RuntimeOptions;
  env: Readonly<Record<string, string>>;
  services: Promise<ThreadServices>;
  store: ThreadStore;
  auth: AuthSource;
  analytics: RuntimeAnalytics;
  telemetry: RuntimeTelemetry;
  loadConfig(request: { cwd: string }): Promise<LoadedConfig>;
  /** The threads that clients know of, by id. A thread is entered when it is open, and leaves when it ends. */
  threads: Map<string, Thread>;
}

/** Opens threads, and the threads of their reviewers. */
export class ThreadOpener {
  private readonly house: House;

  constructor(house: House) {
    this.house = house;
  }

  /** Builds a thread from its parts: files are read, servers started, and what it was restored. */
  async open(options: ThreadOptions, parts: OpenParts): Promise<StartedThread> {
    const common = await this.house.services;
    const forked = await forkedShell(parts.config, common.env);
    const services = forked === null ? common : { ...common, shell: forked };
    await Promise.all((options.tools ?? []).map(tool => tool.prepare?.()));
    const { id, config, writer, stored, models } = parts;
    this.house.analytics.configure(config);
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
    const systemOnly = this.house.options.ignoreRules ?? false;
    const { rules, warning } = await loadCommandRules(config, parts.requirements, services, systemOnly);
    if (warning !== null) warn(`Error parsing rules; custom rules not applied. ${warning.message}`);
    const hooks = await loadHooks(
      {
        layers: parts.layers,
        requirements: parts.requirements,
        enabled: config.features["codex_hooks"] ?? true,
        functions: this.house.options.hooks ?? [],
        sessionStart: options.sessionStart ?? (stored === null ? "startup" : "resume"),
        runsFile: writer === null ? null : hookRunsFile(services.codexHome, id),
        warn,
      },
      services,
    );
    if (settings.settings.approvalPolicy === "on-failure") warn(ON_FAILURE_DEPRECATED);
    for (const warning of hooks.warnings) warn(warning);
    const apps = await AppsAccess.open(this.house.auth, {
      codexHome: services.codexHome,
      chatgptBaseUrl: config.chatgptBaseUrl,
      enabled: settings.features["apps"] !== false,
      env: services.env,
    });
    const mcp = new SessionMcp({
      threadId: id,
      services,
      bus,
      version: this.house.options.version,
      cwd: config.cwd,
      settings: config,
      current: () => session.settings,
      reload: () => this.house.loadConfig({ cwd: config.cwd }),
      warn,
      apps,
      appsRequirements: parts.requirements.apps?.value ?? {},
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
        auth: this.house.auth,
        env: this.house.env,
        originator: this.house.options.originator,
        userAgent: this.house.options.userAgent ?? `${this.house.options.originator}/${this.house.options.version}`,
        residency: config.enforceResidency,
        webSockets: true,
        ...(this.house.options.fetch === undefined ? {} : { fetch: this.house.options.fetch }),
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
      approvalSlots: approvalSlots(hooks.hooks, this.house.options.approvalSlots ?? {}),
      toolHooks: toolHooks(hooks.hooks),
      chatgptLogin: () => this.house.auth.kind === "chatgpt" || this.house.auth.kind === "external",
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
        return (await this.house.store.load({ id })).items;
      },
      openReviewer: request => this.openReviewer(session, options, parts, request),
      saveName: async name => void (await this.house.store.setName(id, name)),
    });
    session.toolProviders.push(mcpToolProvider(mcp));
    session.network = await startSessionNetwork(config, parts.requirements, {
      rules,
      env: this.house.env,
      identity: {
        conversationId: id,
        appVersion: this.house.options.version,
        originator: this.house.options.originator,
      },
      warn,
    });
    const { model } = settings.settings;
    session.telemetry = await this.house.telemetry.session({ id, config, model, source: parts.source });
    await tellSessionStart(session, config);
    await openServers(session, mcp, writer);
    if (stored !== null) restore(session, stored, { fork: options.fork === true || writer === null });
    const name = stored === null ? null : await this.house.store.nameOf(id);
    const thread = new Thread(session, { name, onClose: () => this.house.threads.delete(id) });
    if (parts.hidden !== true) this.house.threads.set(id, thread);
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
      ? this.house.store.create(
          {
            id,
            cwd: settings.cwd,
            originator: this.house.options.originator,
            cli_version: this.house.options.version,
            source,
            model_provider: parts.config.modelProviderId,
            base_instructions: { text: instructions },
          },
          { history: "limited", git: () => readGitInfo(settings.cwd) },
        )
      : null;
    const features = { ...parent.config.features, multi_agent: false, multi_agent_v2: false, enable_fanout: false };
    const { thread } = await this.open(
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

/** Enabled features that are still tried out; model servers are told of them. */
function experimentalFeatures({ features }: Config): string[] {
  return FEATURES.filter(({ key, stage }) => stage === "experimental" && features[key] === true).map(({ key }) => key);
}

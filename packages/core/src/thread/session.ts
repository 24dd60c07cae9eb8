import type { RateLimitSnapshot } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import type { TurnContextRecord } from "../rollout/turn-context-line.ts";
import type { RolloutItem, SessionSourceRecord } from "@codex-ts/thread-store";
import type { ModelClient, Prewarm } from "@codex-ts/model-provider";
import type { ApprovalCache } from "../approvals/approval-cache.ts";
import type { CommandRules } from "../approvals/command-rules.ts";
import { PermissionGrants } from "../approvals/grants.ts";
import type { ApprovalSlots, ToolHooks } from "../approvals/slots.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { ProcessManager } from "../exec/process-manager.ts";
import type { Stopwatch } from "../exec/stopwatch.ts";
import type { SessionHooks } from "../hooks/session-hooks.ts";
import type { History } from "../history/history.ts";
import type { TokenTracker } from "../history/tokens.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import { responseItemLine, tokenCountLine } from "../rollout/projection.ts";
import type { RolloutRecorder } from "../rollout/recorder.ts";
import type { SessionMcp } from "../mcp/session-mcp.ts";
import type { Tool, ToolProvider } from "../tools/tool.ts";
import { discoverSkills } from "../skills/discover.ts";
import type { Skill } from "../skills/skill.ts";
import type { SessionVoice } from "../telemetry/runtime-telemetry.ts";
import type { Reviewer } from "../turn/review.ts";
import type { SessionNetwork } from "../network/session-network.ts";
import type { ModelProfile } from "./model-profile.ts";
import type { ThreadServices } from "./services.ts";
import type { ThreadSettings } from "./settings.ts";
import type { ThreadConfig } from "./thread-config.ts";

export interface SessionParts {
  id: string;
  services: ThreadServices;
  config: ThreadConfig;
  client: ModelClient;
  bus: EventBus;
  rollout: RolloutRecorder;
  history: History;
  tokens: TokenTracker;
  processes: ProcessManager;
  stopwatch: Stopwatch;
  approvals: ApprovalCache;
  rules: CommandRules;
  /** What is hooked in; null: nothing is. */
  hooks: SessionHooks | null;
  baseInstructions: string;
  userInstructions: string | null;
  customTools: readonly Tool[];
  mcp?: SessionMcp;
  approvalSlots?: ApprovalSlots;
  toolHooks?: ToolHooks;
  /** The model server knows the person by a ChatGPT login. Default: it does not. */
  chatgptLogin?: () => boolean;
  /** Where the thread comes from, as its session file says. */
  source: SessionSourceRecord;
  /** Enabled features in stage experimental. */
  betaFeatures: readonly string[];
  rawEvents: boolean;
  /** Everything the thread's file holds, flushed first; null when it has none. */
  loadRollout: () => Promise<RolloutItem[] | null>;
  /** Puts the name into the index of names. */
  saveName: (name: string) => Promise<void>;
  modelProfile: (slug: string) => ModelProfile;
  /** The model server named the version of its list of models. */
  noteModelsEtag: (etag: string) => Promise<void>;
  openReviewer: (request: ReviewerRequest) => Promise<Reviewer>;
}

/** A thread for a review: the settings it works under, and what it is told to be. */
export interface ReviewerRequest {
  settings: ThreadSettings;
  instructions: string;
}

/** Everything one thread owns. Turns work on it; only `Thread` decides which turn may. */
export class Session {
  readonly id: string;
  readonly services: ThreadServices;
  readonly config: ThreadConfig;
  readonly client: ModelClient;
  readonly bus: EventBus;
  readonly rollout: RolloutRecorder;
  readonly history: History;
  readonly tokens: TokenTracker;
  readonly processes: ProcessManager;
  /** Time of the waits of this thread's commands. */
  readonly stopwatch: Stopwatch;
  readonly approvals: ApprovalCache;
  readonly rules: CommandRules;
  readonly hooks: SessionHooks | null;
  readonly customTools: readonly Tool[];
  /** The MCP servers of this thread. */
  readonly mcp: SessionMcp | null;
  /** Further sources of tools. Whoever adds one does so before the first turn. */
  readonly toolProviders: ToolProvider[] = [];
  /** Who may decide about approvals before a person is asked. */
  readonly approvalSlots: ApprovalSlots;
  readonly toolHooks: ToolHooks;
  readonly chatgptLogin: () => boolean;
  /** Permissions that were granted for the whole session. */
  readonly grants = new PermissionGrants();
  readonly source: SessionSourceRecord;
  readonly betaFeatures: readonly string[];
  readonly baseInstructions: string;
  readonly userInstructions: string | null;
  readonly rawEvents: boolean;
  readonly loadRollout: () => Promise<RolloutItem[] | null>;
  readonly saveName: (name: string) => Promise<void>;
  /** Facts of a model, as this thread's configuration corrects them. */
  readonly modelProfile: (slug: string) => ModelProfile;
  /** Starts a thread beside this one that reviews; whoever asks for it ends it. */
  readonly openReviewer: (request: ReviewerRequest) => Promise<Reviewer>;
  readonly noteModelsEtag: (etag: string) => Promise<void>;
  /** Skills that were found, by folder: they are looked for once a thread. */
  private readonly skillsFound = new Map<string, Promise<readonly Skill[]>>();
  /** Settings for the next turn. */
  settings: ThreadSettings;
  rateLimits: RateLimitSnapshot | null = null;
  /** Number of compactions so far; part of the window id. */
  windowGeneration = 0;
  /** What the model was last told about its surroundings; null: nothing, the next turn tells everything. */
  baseline: TurnContextRecord | null = null;
  /** How often something was recorded under the name of a turn that nobody took. */
  turnsOfNobody = 0;
  /** Model of the last regular turn. */
  previousModel: string | null = null;
  /** A connection that is being made ready for the first turn. */
  prewarm: Prewarm | null = null;
  /** A person's prompt was accepted in this thread before; what a review leaves in the history is none. */
  hadUserTurn = false;
  /** What this thread tells its owner; null: nothing is exported. Set before the first turn. */
  telemetry: SessionVoice | null = null;
  /** The managed proxy of this thread; null: it has none. Set before the first turn. */
  network: SessionNetwork | null = null;
  /** The server counts reasoning beyond the last user message itself. */
  serverCountsReasoning = false;

  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.services = parts.services;
    this.config = parts.config;
    this.client = parts.client;
    this.bus = parts.bus;
    this.rollout = parts.rollout;
    this.history = parts.history;
    this.tokens = parts.tokens;
    this.processes = parts.processes;
    this.stopwatch = parts.stopwatch;
    this.approvals = parts.approvals;
    this.rules = parts.rules;
    this.hooks = parts.hooks;
    this.customTools = parts.customTools;
    this.mcp = parts.mcp ?? null;
    this.approvalSlots = parts.approvalSlots ?? {};
    this.toolHooks = parts.toolHooks ?? {};
    this.chatgptLogin = parts.chatgptLogin ?? (() => false);
    this.source = parts.source;
    this.betaFeatures = parts.betaFeatures;
    this.baseInstructions = parts.baseInstructions;
    this.userInstructions = parts.userInstructions;
    this.rawEvents = parts.rawEvents;
    this.loadRollout = parts.loadRollout;
    this.saveName = parts.saveName;
    this.modelProfile = parts.modelProfile;
    this.openReviewer = parts.openReviewer;
    this.noteModelsEtag = parts.noteModelsEtag;
    this.settings = parts.config.settings;
  }

  /** The skills that hold for a folder. */
  skills(cwd: string): Promise<readonly Skill[]> {
    let found = this.skillsFound.get(cwd);
    if (found === undefined) {
      const { codexHome, env } = this.services;
      const { skills: settings, projectRootMarkers: rootMarkers } = this.config;
      found = discoverSkills({ cwd, codexHome, home: env["HOME"] ?? null, rootMarkers, settings }).then(
        ({ skills }) => skills,
      );
      this.skillsFound.set(cwd, found);
    }
    return found;
  }

  /** Adds items to the conversation (cut to the policy) and to the session file (as they are, and whatever else is known of its kind). */
  record(items: readonly ResponseItem[], policy: TruncationPolicy): void {
    this.history.append(items, policy);
    this.rollout.append(items.filter(item => item.type !== "other").map(responseItemLine));
  }

  warn(message: string): void {
    this.bus.emit({ kind: "notification", method: "warning", params: { threadId: this.id, message } });
  }

  /** Tells client and session file what has been used so far. */
  emitTokenCount(turnId: string): void {
    const { info } = this.tokens;
    if (info !== null) {
      const tokenUsage = { total: info.total, last: info.last, modelContextWindow: info.contextWindow };
      this.bus.emit({
        kind: "notification",
        method: "thread/tokenUsage/updated",
        params: { threadId: this.id, turnId, tokenUsage },
      });
    }
    if (this.rateLimits !== null) {
      this.bus.emit({
        kind: "notification",
        method: "account/rateLimits/updated",
        params: { rateLimits: this.rateLimits },
      });
    }
    this.rollout.append([tokenCountLine(info, this.rateLimits)]);
  }

  /** Tokens the next request will carry, as far as they are known. */
  totalTokens(): number {
    const last = this.tokens.info?.last.totalTokens ?? 0;
    const unseen = this.history.tokensSinceLastModelItem();
    const reasoning = this.serverCountsReasoning ? 0 : this.history.reasoningTokensBeforeLastUserMessage();
    return last + unseen + reasoning;
  }
}

import type { Config, ConfigLayer, LoadConfigOptions, Requirements, ThreadNotices } from "@codex-ts/config";
import type { RulesWarning } from "@codex-ts/execpolicy";
import type { AsyncHandler } from "@codex-ts/hooks";
import type { AuthSource, HttpFetch, ModelInfo } from "@codex-ts/model-provider";
import type { DynamicToolSpec } from "@codex-ts/protocol";
import type { SessionSourceRecord, StoredThread, ThreadStore } from "@codex-ts/thread-store";
import type { ApprovalSlots } from "./approvals/slots.ts";
import type { Clock } from "./clock.ts";
import type { SessionStartSource } from "./hooks/session-hooks.ts";
import type { Ids } from "./ids.ts";
import type { TelemetryFacts } from "./telemetry/runtime-telemetry.ts";
import type { UserShell } from "./thread/services.ts";
import type { Thread } from "./thread/thread.ts";
import type { Tool } from "./tools/tool.ts";

export interface RuntimeOptions {
  /** Folder of configuration, sessions and logins. */
  codexHome: string;
  /** Environment of the agent process; nothing reads another. */
  env: Readonly<Record<string, string | undefined>>;
  /** Version of the program, for session files and servers. */
  version: string;
  /** Who asks, as model servers see it. */
  originator: string;
  userAgent?: string;
  /** Where threads come from unless they say otherwise. Default `vscode`. */
  source?: SessionSourceRecord;
  /** Configuration that holds for every thread: flags of the command line, a profile. */
  config?: Partial<LoadConfigOptions>;
  /** Default: the bundled catalogue. */
  models?: readonly ModelInfo[];
  /** Default: logins from the environment and `auth.json`. */
  auth?: AuthSource;
  /** Default: session files under `codexHome`. */
  store?: ThreadStore;
  approvalSlots?: ApprovalSlots;
  /** Functions hooked into every thread, beside the hooks of its configuration. Made by `asyncHandler` of `@codex-ts/hooks`. */
  hooks?: readonly AsyncHandler[];
  /** Told what a person can do about a model request that failed for good: one sentence. */
  advise?: (hint: string) => void;
  /** Told what a person should know and no thread can say, once: the index of threads cannot be used, for example. */
  warn?: (message: string) => void;
  /** One line for the log, never for people. */
  log?: (line: string) => void;
  /** What is told to collectors beside what the settings of `otel` say. */
  telemetry?: TelemetryFacts;
  /** Leave the `.rules` files of the user and of projects unread. */
  ignoreRules?: boolean;
  fetch?: HttpFetch;
  clock?: Clock;
  ids?: Ids;
  shell?: UserShell;
  /** IANA name. Default: the system's. */
  timezone?: string;
  platform?: NodeJS.Platform;
}

export interface ThreadOptions {
  /** What `loadConfig` of this runtime gave; loaded for `cwd` when absent. */
  config?: Config;
  /** What an administrator demands, as loaded with `config`. */
  requirements?: Requirements;
  /** The layers `config` was made of: they say what is hooked in. Without them a given `config` has no hooks of its own. */
  layers?: readonly ConfigLayer[];
  /** What the client is told about them at the thread's start, as loaded with `config`. */
  notices?: ThreadNotices;
  /** What SessionStart hooks are told. Default: `startup` for a new thread, `resume` for one from a session file. */
  sessionStart?: SessionStartSource;
  /** Of a thread from a session file: the file is a copy that was made for this thread. */
  fork?: boolean;
  cwd?: string;
  /** Settings by name, stronger than files and flags. */
  overrides?: LoadConfigOptions["overrides"];
  /** Tools beside the built-in ones. */
  tools?: readonly Tool[];
  /** Tools that the client runs itself, checked. The session file keeps them, and a resumed thread has them again. */
  dynamicTools?: readonly DynamicToolSpec[];
  source?: SessionSourceRecord;
  /** Leave more events in the session file. */
  extendedHistory?: boolean;
  /** Emit every model item as it came, too. */
  rawEvents?: boolean;
}

export interface StartThreadOptions extends ThreadOptions {
  /** Keep nothing on disk. */
  ephemeral?: boolean;
  /** The record of another thread that an ephemeral one begins as a copy of. */
  copyOf?: StoredThread;
}

/** A thread, and what it was started with. */
export interface StartedThread {
  thread: Thread;
  config: Config;
  /** What its administrators allow. */
  requirements: Requirements;
  /** Files that its standing instructions came from. */
  instructionSources: string[];
  /** Why the rules of files are not in force, if they are not; the thread says so, too. */
  rulesWarning: RulesWarning | null;
}

export interface ResumedThread extends StartedThread {
  stored: StoredThread;
}

import type { Config } from "@codex-ts/config";
import type { Thread, ThreadEvent } from "@codex-ts/core";
import { encodeSandboxPolicy } from "@codex-ts/permissions";
import { approvalElicitation, readDecision } from "./approvals.ts";
import { Beginnings } from "./events/beginnings.ts";
import { EventProjection } from "./events/project.ts";
import type { JsonObject, RequestId } from "./json.ts";

/** The wire as a conversation uses it. */
export interface Outlet {
  notify(method: string, params: JsonObject): void;
  /** Asks the client; resolves with its result, or null when it answers with an error. */
  ask(method: string, params: JsonObject): Promise<unknown>;
}

/** One call of a tool while its turn runs. */
export interface RunningCall {
  thread: Thread;
  /** Resolves with the result of the call; null: it was cancelled, and is not answered. */
  done: Promise<JsonObject | null>;
  interrupt(): void;
}

export interface CallOptions {
  requestId: RequestId;
  prompt: string;
  /** What progress notifications refer to; undefined: the client wants none. */
  progressToken?: RequestId | undefined;
  outlet: Outlet;
  /** Id of the turn; the thread makes one when absent. */
  turnId?: string;
  /** Events that come before anything that the thread says. */
  opening?: JsonObject[];
  /** Servers that start with the thread; absent: the thread was there before, and how they started is told. */
  mcpServers?: readonly string[];
}

/** The result of a call: the last message, also in the structure that the tool's output schema promises. */
export function callResult(threadId: string, text: string, isError = false): JsonObject {
  return {
    content: [{ type: "text", text }],
    structuredContent: { threadId, content: text },
    ...(isError ? { isError: true } : {}),
  };
}

/** Says something to a thread and listens until the turn that hears it is over. */
export function runCall(thread: Thread, options: CallOptions): RunningCall {
  const { requestId, outlet, prompt, progressToken } = options;
  const events = new EventProjection(thread.id, thread.contextWindow);
  const startup = options.mcpServers === undefined ? null : new StartupWatch(options.mcpServers);
  const begins = new Beginnings();
  let interrupted = false;
  let failure: string | null = null;
  let progress = 0;
  let turnId = thread.activeTurnId;
  const emit = (id: string, msg: JsonObject): void =>
    outlet.notify("codex/event", { _meta: { requestId, threadId: thread.id }, id, msg });
  const tell = (msgs: readonly JsonObject[]): void => {
    for (const msg of msgs) emit(String(msg["turn_id"]), msg);
  };
  for (const msg of options.opening ?? []) emit("", msg);
  for (const msg of startup?.opening() ?? []) emit("", msg);

  const done = new Promise<JsonObject | null>(resolve => {
    const listen = (event: ThreadEvent): void => {
      const id = eventId(event);
      for (const msg of begins.order(events.events(event))) emit(id, msg);
      // A question about what has just begun follows at once, or not at all.
      queueMicrotask(() => tell(begins.release()));
      for (const msg of startup?.see(event) ?? []) emit("", msg);
      if (event.kind === "request") return void answer(event, id);
      if (progressToken !== undefined && event.method === "item/completed") {
        outlet.notify("notifications/progress", {
          progressToken,
          progress: ++progress,
          message: event.params.item.type,
        });
      }
      if (event.method === "error" && !event.params.willRetry) failure = event.params.error.message;
      if (event.method !== "turn/completed" || event.params.turn.id !== turnId) return;
      stop();
      if (interrupted) resolve(null);
      else if (failure !== null) resolve(callResult(thread.id, failure, true));
      else resolve(callResult(thread.id, events.lastMessage ?? ""));
    };
    const answer = async (request: Extract<ThreadEvent, { kind: "request" }>, id: string): Promise<void> => {
      const params = approvalElicitation(request, { threadId: thread.id, requestId, eventId: id, events });
      if (params === null) {
        request.fail();
        return;
      }
      const answered = readDecision(await outlet.ask("elicitation/create", params));
      if (runs(answered.decision)) tell(begins.approved(params["codex_call_id"]));
      request.respond(answered);
    };
    const stop = thread.subscribe(listen, () =>
      resolve(callResult(thread.id, "Codex runtime error: the thread was closed", true)),
    );
  });
  const input = [{ type: "text" as const, text: prompt, text_elements: [] }];
  const submitted = thread.submit({ type: "userTurn", input }, options.turnId);
  // A turn that runs takes the words; the call ends with it.
  turnId ??= submitted;
  return {
    thread,
    done,
    interrupt: () => {
      interrupted = true;
      thread.submit({ type: "interrupt" });
    },
  };
}

function runs(decision: unknown): boolean {
  return decision !== "decline" && decision !== "cancel";
}

function eventId(event: ThreadEvent): string {
  const { params } = event;
  if ("turnId" in params && typeof params.turnId === "string") return params.turnId;
  return "turn" in params ? params.turn.id : "";
}

/** Notices when all servers of a thread have started or failed. */
class StartupWatch {
  private readonly open: Set<string>;
  private readonly summary = { ready: [] as string[], failed: [] as JsonObject[], cancelled: [] as string[] };

  constructor(servers: readonly string[]) {
    this.open = new Set(servers);
  }

  opening(): JsonObject[] {
    return this.open.size === 0 ? [this.complete()] : [];
  }

  see(event: ThreadEvent): JsonObject[] {
    if (event.method !== "mcpServer/startupStatus/updated") return [];
    const { name, status, error } = event.params;
    if (status === "starting" || !this.open.delete(name)) return [];
    if (status === "failed") this.summary.failed.push({ server: name, error: error ?? "" });
    else this.summary[status].push(name);
    return this.open.size === 0 ? [this.complete()] : [];
  }

  private complete(): JsonObject {
    return { type: "mcp_startup_complete", ...this.summary };
  }
}

/** The first event of a conversation. */
export function sessionConfigured(thread: Thread, config: Config): JsonObject {
  const { model, approvalPolicy, approvalsReviewer, permissions, cwd } = thread.settings;
  return {
    type: "session_configured",
    session_id: thread.id,
    model,
    model_provider_id: config.modelProviderId,
    approval_policy: approvalPolicy,
    approvals_reviewer: approvalsReviewer,
    sandbox_policy: encodeSandboxPolicy(config.sandboxPolicy),
    permission_profile: permissions,
    cwd,
    ...(config.modelReasoningEffort === null ? {} : { reasoning_effort: config.modelReasoningEffort }),
    history_log_id: 0,
    history_entry_count: 0,
    rollout_path: thread.rolloutPath,
  };
}

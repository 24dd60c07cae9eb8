import path from "node:path";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import {
  type CliOverride,
  ConfigError,
  type ConfigOverrides,
  folderToTrust,
  jsonOverrides,
  type LoadedConfig,
  setProjectTrust,
} from "@codex-ts/config";
import type { StartedThread } from "@codex-ts/core";
import type {
  Thread,
  ThreadForkParams,
  ThreadForkResponse,
  ThreadResumeParams,
  ThreadStartParams,
} from "@codex-ts/protocol";
import { type RolloutItem, type StoredThread, ThreadStoreError } from "@codex-ts/thread-store";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import { firstWords } from "../history/first-words.ts";
import { withHookRuns } from "../history/hook-runs.ts";
import { settled, turnsOf } from "../history/turns.ts";
import { usageTurn } from "../history/usage-turn.ts";
import type { AppServer } from "../server.ts";
import { checkDynamicTools } from "../threads/dynamic-tools.ts";
import { checkEnvironments } from "../threads/environments.ts";
import { loadChecked } from "../threads/load-checked.ts";
import { gitOf, liveThread, startedFacts, storedFacts } from "../threads/facts.ts";
import { copiedItems, forkedRecord } from "../threads/fork.ts";
import type { ThreadHub } from "../threads/hub.ts";
import { threadId } from "../threads/ids.ts";
import { liveTurns, rememberGit } from "../threads/joining.ts";
import { type Origin, recordedModel } from "../threads/origin.ts";
import { coreProfile, settingsAnswer } from "../threads/settings.ts";
import { isKept } from "./thread-read.ts";

/** Starting, resuming and forking: everything that loads a thread. */
export const handlers: HandlerTable = {
  "thread/start": start,
  "thread/resume": resume,
  "thread/fork": fork,
};

async function start(params: ThreadStartParams, context: RequestContext) {
  const { server, connection } = context;
  if (params.mockExperimentalField !== undefined) server.log("thread/start: mockExperimentalField has no effect");
  checkEnvironments(params.environments);
  const dynamicTools = params.dynamicTools ?? [];
  checkDynamicTools(dynamicTools);
  const { config, requirements, layers, notices } = await trusting(server, params, await configFor(server, params));
  const ephemeral = params.ephemeral ?? false;
  const runtime = await server.runtime();
  const started = await guarded(() =>
    runtime.startThread({
      config,
      requirements,
      layers,
      notices,
      ...(params.sessionStartSource === "clear" ? { sessionStart: "clear" } : {}),
      dynamicTools,
      ...(server.options.source === undefined ? {} : { source: server.options.source }),
      ephemeral,
      extendedHistory: params.persistExtendedHistory ?? false,
      rawEvents: params.experimentalRawEvents ?? false,
    }),
  );
  const source = server.options.source ?? "vscode";
  const hub = server.threads.add(
    started.thread,
    startedFacts(started, { ephemeral, version: server.options.version, source }),
    config,
  );
  hub.subscribe(connection);
  const thread = liveThread(hub);
  context.afterReply(() => {
    server.broadcast("thread/started", { thread });
    hub.tellEarly();
  });
  return { thread, ...settingsAnswer(hub, server.env) };
}

/**
 * Who starts a thread that may write in a folder trusts that folder: it is written down, so that the folder's own
 * configuration counts from now on. Only where nothing was decided before.
 */
async function trusting(server: AppServer, params: ThreadStartParams, loaded: LoadedConfig): Promise<LoadedConfig> {
  const { sandbox, permissionProfile } = params;
  const requested = isSet(permissionProfile) ? loaded.config.sandboxPolicy.type : (sandbox ?? undefined);
  const folder = folderToTrust(loaded.config, { explicitCwd: isSet(params.cwd), sandbox: requested });
  if (folder === null) return loaded;
  const written = await setProjectTrust(server.options.codexHome, folder, "trusted").then(
    () => true,
    (error: Error) => {
      server.log(`${folder} could not be marked as trusted: ${error.message}`);
      return false;
    },
  );
  // Where it cannot be written down it holds for this thread alone.
  return configFor(server, params, undefined, written ? [] : [["projects", { [folder]: { trust_level: "trusted" } }]]);
}

async function resume(params: ThreadResumeParams, context: RequestContext) {
  const { server } = context;
  checkPermissions(params);
  const running = loadedOrNot(server, params.threadId);
  if (running?.facts.ephemeral === true) throw invalidRequest(`no rollout found for thread id ${running.id}`);
  if (params.history !== undefined && params.history !== null) return resumeHistory(params, context, running);
  if (running !== undefined) {
    // Before anything happened in it there is no record, and who joins later looks for one.
    if (!(await isKept(server, running))) throw invalidRequest(`no rollout found for thread id ${running.id}`);
    if (params.path === undefined || params.path === null) return rejoin(running, params, context);
    const active = running.thread.rolloutPath;
    const requested = path.resolve(server.cwd, params.path);
    if (active === requested) return rejoin(running, params, context);
    throw invalidRequest(
      `cannot resume running thread ${running.id} with mismatched path: requested \`${params.path}\`, active \`${active}\``,
    );
  }
  const stored = await storedOf(server, params);
  const loaded = server.threads.get(stored.id);
  return loaded === undefined ? load(stored, params, context) : rejoin(loaded, params, context);
}

/** The id is only looked at where it counts: a path or a history go before it. */
function loadedOrNot(server: AppServer, id: string): ThreadHub | undefined {
  try {
    return server.threads.get(threadId(id));
  } catch {
    return undefined;
  }
}

/** Goes on with a thread that is not loaded. */
async function load(
  stored: StoredThread,
  params: ThreadResumeParams,
  context: RequestContext,
  sessionStart: "startup" | "resume" = "resume",
) {
  const { server, connection } = context;
  if (server.threads.isClosing(stored.id)) {
    throw invalidRequest(`thread ${stored.id} is closing; retry thread/resume after the thread is closed`);
  }
  const hub = await open(server, stored, params, { sessionStart });
  const thread = liveThread(hub);
  if (params.excludeTurns !== true) {
    thread.turns = await withHookRuns(context, hub.id, settled(turnsOf(stored.items)));
  }
  const { status } = hub;
  context.afterReply(() => {
    server.broadcast("thread/status/changed", { threadId: hub.id, status });
    hub.subscribe(connection);
    if (params.excludeTurns !== true) tellUsage(hub, thread, context);
    hub.tellEarly();
  });
  return { thread, ...settingsAnswer(hub, server.env) };
}

/** Joins a thread that is loaded already; overrides have no effect on it. */
async function rejoin(hub: ThreadHub, params: ThreadResumeParams, context: RequestContext) {
  const { server, connection } = context;
  const overrides = ["model", "cwd", "approvalPolicy", "sandbox", "permissionProfile", "config"] as const;
  if (overrides.some(name => params[name] !== undefined && params[name] !== null)) {
    server.log(`thread/resume: thread ${hub.id} is running, its settings stay as they are`);
  }
  await rememberGit(server, hub);
  const turns = params.excludeTurns === true ? [] : await withHookRuns(context, hub.id, await liveTurns(server, hub));
  const thread = { ...liveThread(hub), turns };
  context.afterReply(() => {
    hub.subscribe(connection);
    if (params.excludeTurns !== true) tellUsage(hub, thread, context);
    hub.replay(connection);
  });
  return { thread, ...settingsAnswer(hub, server.env) };
}

/** A new thread that begins with the given model items. */
async function resumeHistory(params: ThreadResumeParams, context: RequestContext, running: ThreadHub | undefined) {
  const { server } = context;
  const history = params.history ?? [];
  if (running !== undefined) {
    throw invalidRequest(`cannot resume thread ${running.id} with history while it is already running`);
  }
  if (history.length === 0) throw invalidRequest("history must not be empty");
  const { config } = await configFor(server, params);
  const items = history.map((payload): RolloutItem => ({ type: "response_item", payload: payload as never }));
  const stored = await forkedRecord(server, { config, items, forkedFrom: null });
  return load(stored, params, context, "startup");
}

/** The thread that a detached review runs on: a fork of the reviewed one. Clients hear of it before the answer. */
export async function forkForReview(threadId: string, { server, connection }: RequestContext): Promise<ThreadHub> {
  const source = await storedOf(server, { threadId }).catch((error: unknown) => {
    const hub = server.threads.get(threadId);
    if (hub === undefined || hub.facts.ephemeral) throw error;
    // Nothing was said in it yet: there is no file.
    throw internal("error creating detached review thread: No such file or directory (os error 2)");
  });
  const params = { threadId, persistExtendedHistory: false };
  const origin: Origin = { stored: source, keepsModel: true };
  const { config } = await configFor(server, params, origin);
  const stored = await forkedRecord(server, { config, items: source.items, forkedFrom: source.id });
  const hub = await open(server, stored, params, { settingsFrom: origin, sessionStart: "resume" });
  hub.subscribe(connection);
  server.broadcast("thread/started", { thread: liveThread(hub) });
  hub.tellEarly();
  return hub;
}

async function fork(params: ThreadForkParams, context: RequestContext): Promise<ThreadForkResponse> {
  const { server, connection } = context;
  checkPermissions(params);
  const source = await storedOf(server, params);
  const { hub, items } = await (params.ephemeral === true ? copyInMemory : copyOnDisk)(server, source, params);
  hub.subscribe(connection);
  const thread = liveThread(hub);
  if (params.excludeTurns !== true) thread.turns = settled(turnsOf(items));
  context.afterReply(() => {
    if (params.excludeTurns !== true) tellUsage(hub, thread, context);
    server.broadcast("thread/started", { thread: { ...thread, turns: [] } });
    hub.tellEarly();
  });
  return { thread, ...settingsAnswer(hub, server.env) };
}

interface Copy {
  hub: ThreadHub;
  items: readonly RolloutItem[];
}

async function copyOnDisk(server: AppServer, source: StoredThread, params: ThreadForkParams): Promise<Copy> {
  const origin: Origin = { stored: source, keepsModel: false };
  const { config } = await configFor(server, params, origin);
  const stored = await forkedRecord(server, { config, items: source.items, forkedFrom: source.id });
  const hub = await open(server, stored, params, { settingsFrom: origin, sessionStart: "startup" });
  return { hub, items: stored.items };
}

/** A copy that leaves nothing on disk. */
async function copyInMemory(server: AppServer, source: StoredThread, params: ThreadForkParams): Promise<Copy> {
  const loaded = await configFor(server, params, { stored: source, keepsModel: false });
  const items = copiedItems(source.items);
  const runtime = await server.runtime();
  const threadSource = server.options.source ?? "vscode";
  const started = await guarded(() =>
    runtime.startThread({ ...loaded, ephemeral: true, copyOf: { ...source, items }, source: threadSource }),
  );
  const facts = startedFacts(started, { ephemeral: true, version: server.options.version, source: threadSource });
  const preview = firstWords(items);
  const hub = server.threads.add(started.thread, { ...facts, forkedFromId: source.id, preview }, loaded.config);
  hub.usageTurnId = usageTurn(items);
  return { hub, items };
}

type LoadParams = Omit<ThreadResumeParams, "history"> | ThreadForkParams;

/** Loads a stored thread into the runtime. */
async function open(
  server: AppServer,
  stored: StoredThread,
  params: LoadParams,
  options: { settingsFrom?: Origin; sessionStart: "startup" | "resume" },
): Promise<ThreadHub> {
  const { config, requirements, layers, notices } = await configFor(
    server,
    params,
    options.settingsFrom ?? { stored, keepsModel: true },
  );
  const runtime = await server.runtime();
  const extendedHistory = params.persistExtendedHistory ?? false;
  const isCopy = options.settingsFrom !== undefined;
  const { sessionStart } = options;
  const started = await guarded(() =>
    runtime.resumeThread(stored, {
      config,
      requirements,
      layers,
      notices,
      extendedHistory,
      sessionStart,
      fork: isCopy,
    }),
  );
  const facts = storedFacts(started, stored.meta, firstWords(stored.items));
  // What a client corrected of its repository is not in the record.
  const known = isCopy ? null : await runtime.store.summary({ id: stored.id });
  if (known !== null) facts.gitInfo = gitOf(known.git);
  // Begun with a history, it is answered for as one that began here.
  if (!isCopy && sessionStart === "startup") facts.gitInfo = null;
  const hub = server.threads.add(started.thread, facts, config);
  hub.usageTurnId = usageTurn(stored.items);
  return hub;
}

/** The record that a request means. @throws RpcError */
async function storedOf(
  server: AppServer,
  params: { threadId: string; path?: string | null | undefined },
): Promise<StoredThread> {
  const { store } = await server.runtime();
  if (params.path !== undefined && params.path !== null) {
    const missing = "No such file or directory (os error 2)";
    if (params.path === "") throw invalidRequest(`failed to load rollout \`\`: ${missing}`);
    const file = path.resolve(server.cwd, params.path);
    return store.load({ path: file }).catch((error: unknown) => {
      const isMissing = error instanceof ThreadStoreError && error.code === "not_found";
      const { cause } = error as Error;
      const why = isMissing ? missing : osErrorText(cause instanceof Error ? cause : error);
      throw invalidRequest(`failed to load rollout \`${params.path}\`: ${why}`);
    });
  }
  const id = threadId(params.threadId);
  const file = await store.find(id);
  if (file === null) throw invalidRequest(`no rollout found for thread id ${id}`);
  return store.load({ path: file }).catch((error: unknown) => {
    throw invalidRequest(`failed to load rollout \`${file}\`: ${(error as Error).message}`);
  });
}

/** A client that comes later learns what the thread has used so far. */
function tellUsage(hub: ThreadHub, thread: Thread, context: RequestContext): void {
  const usage = hub.thread.tokenUsage;
  if (usage === null) return;
  // The turn that used it may be rolled back by now.
  const { turns } = thread;
  const ofUsage = turns.find(({ id }) => id === hub.usageTurnId) ?? turns.at(-1);
  const turnId = ofUsage?.id ?? "";
  context.connection.notify("thread/tokenUsage/updated", { threadId: hub.id, turnId, tokenUsage: usage });
}

type SettingsParams = ThreadStartParams | LoadParams;

/**
 * The settings that a request asks for, over those of the thread that it goes on from.
 * @throws RpcError
 */
async function configFor(
  server: AppServer,
  params: SettingsParams,
  origin?: Origin,
  more: readonly CliOverride[] = [],
): Promise<LoadedConfig> {
  checkPermissions(params);
  const { permissionProfile, sandbox } = params;
  const requested = params.config ?? {};
  const namesModel =
    isSet(params.model) || isSet(params.modelProvider) || "model" in requested || "model_reasoning_effort" in requested;
  const overrides: ConfigOverrides = {
    ...(origin?.keepsModel !== true || namesModel ? {} : recordedModel(origin.stored)),
    ...(isSet(params.model) ? { model: params.model } : {}),
    ...(isSet(params.modelProvider) ? { modelProvider: params.modelProvider } : {}),
    ...(params.serviceTier === undefined ? {} : { serviceTier: params.serviceTier }),
    ...(isSet(params.approvalPolicy) ? { approvalPolicy: params.approvalPolicy } : {}),
    ...(isSet(params.approvalsReviewer) ? { approvalsReviewer: reviewerOf(params.approvalsReviewer) } : {}),
    ...(isSet(sandbox) ? { sandboxMode: sandbox } : {}),
    ...(isSet(permissionProfile) ? { permissionProfile: coreProfile(permissionProfile) } : {}),
    ...(isSet(params.baseInstructions) ? { baseInstructions: params.baseInstructions } : {}),
    ...(isSet(params.developerInstructions) ? { developerInstructions: params.developerInstructions } : {}),
    ...("personality" in params && isSet(params.personality) ? { personality: params.personality } : {}),
  };
  const cwd = path.resolve(server.cwd, params.cwd ?? origin?.stored.meta.cwd ?? ".");
  const runtime = await server.runtime();
  const cliOverrides = [...(server.options.cliOverrides ?? []), ...jsonOverrides(requested as never), ...more];
  try {
    const loaded = await loadChecked(runtime, {
      cwd,
      overrides,
      featureEnablement: server.featureEnablement,
      ...(cliOverrides.length === 0 ? {} : { cliOverrides }),
    });
    // The catalogue of models is the server's, from its start on.
    const base = await server.baseConfig().catch(() => null);
    return base === null ? loaded : { ...loaded, config: { ...loaded.config, modelCatalog: base.config.modelCatalog } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw invalidRequest(`failed to load configuration: ${error.message}`);
  }
}

/** @throws RpcError where both ways to say what is allowed are used, whatever becomes of the rest */
function checkPermissions({ permissionProfile, sandbox }: SettingsParams): void {
  if (isSet(permissionProfile) && isSet(sandbox)) {
    throw invalidRequest("`permissionProfile` cannot be combined with `sandbox`");
  }
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

const reviewerOf = (reviewer: string) => (reviewer === "user" ? "user" : "guardian_subagent");

async function guarded(step: () => Promise<StartedThread>): Promise<StartedThread> {
  try {
    return await step();
  } catch (error) {
    throw internal(`error creating thread: ${error instanceof Error ? error.message : String(error)}`);
  }
}

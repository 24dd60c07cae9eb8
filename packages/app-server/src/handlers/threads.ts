import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { ThreadMetadataUpdateParams } from "@codex-ts/protocol";
import { type HandlerTable, LATER, type RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import { unreadableThread } from "../threads/unreadable.ts";
import { loadedThread, threadId } from "../threads/ids.ts";
import { describe } from "./thread-read.ts";

/** Managing threads: names, the archive, who listens. */
export const handlers: HandlerTable = {
  "thread/archive": archive,
  "thread/unarchive": unarchive,
  "thread/name/set": setName,
  "thread/metadata/update": updateMetadata,
  "thread/memoryMode/set": async (params, { server }) => {
    const id = threadId(params.threadId);
    if (server.threads.get(id)?.facts.ephemeral) {
      throw invalidRequest(`ephemeral thread does not support memory mode updates: ${id}`);
    }
    const { store } = await server.runtime();
    const known = server.threads.get(id) !== undefined || (await store.summary({ id }))?.archived === false;
    if (!known) throw invalidRequest(`thread not found: ${id}`);
    await store.setMetadata(id, { memoryMode: params.mode });
    return {};
  },
  "memory/reset": async (_, { server }) => {
    const folder = path.join(server.options.codexHome, "memories");
    const names = await readdir(folder).catch(() => []);
    await Promise.all(names.map(name => rm(path.join(folder, name), { recursive: true, force: true })));
    return {};
  },
  "thread/unsubscribe": (params, { server, connection }) => {
    const hub = server.threads.get(threadId(params.threadId));
    if (hub === undefined) return { status: "notLoaded" };
    return { status: hub.unsubscribe(connection) ? "unsubscribed" : "notSubscribed" };
  },
  "thread/increment_elicitation": (params, { server }) => {
    const count = loadedThread(server, params.threadId).thread.holdTime();
    return { count, paused: true };
  },
  "thread/decrement_elicitation": (params, { server }) => {
    const count = loadedThread(server, params.threadId).thread.releaseTime();
    return { count, paused: count > 0 };
  },
};

async function archive({ threadId: text }: { threadId: string }, context: RequestContext) {
  const { server } = context;
  const id = threadId(text);
  const { store } = await server.runtime();
  if ((await store.find(id)) === null) throw invalidRequest(`no rollout found for thread id ${id}`);
  const hub = server.threads.get(id);
  if (hub === undefined && (await store.summary({ id })) === null) {
    const unreadable = await unreadableThread(server, id, "archive");
    if (unreadable !== null) throw unreadable;
  }
  if (hub !== undefined) {
    await server.threads.unload(hub, { announce: false });
    server.broadcast("thread/status/changed", { threadId: id, status: { type: "notLoaded" } });
  }
  await store.archive(id);
  context.afterReply(() => server.broadcast("thread/archived", { threadId: id }));
  return {};
}

async function unarchive({ threadId: text }: { threadId: string }, context: RequestContext) {
  const { server } = context;
  const id = threadId(text);
  const { store } = await server.runtime();
  await store.unarchive(id);
  if (server.threads.get(id) === undefined && (await store.summary({ id })) === null) {
    const reason = `failed to read unarchived thread ${await store.find(id)}`;
    throw internal(`failed to unarchive thread: thread-store internal error: ${reason}`);
  }
  const thread = await describe(server, id);
  context.afterReply(() => server.broadcast("thread/unarchived", { threadId: id }));
  return { thread };
}

async function setName(params: { threadId: string; name: string }, context: RequestContext<"thread/name/set">) {
  const { server } = context;
  const id = threadId(params.threadId);
  const name = params.name.trim();
  if (name === "") throw invalidRequest("thread name must not be empty");
  const hub = server.threads.get(id);
  if (hub !== undefined) {
    context.respond({});
    // What is asked next sees the name.
    await hub.thread.setName(name).catch((error: unknown) => hub.fail(error));
    return LATER;
  }
  const { store } = await server.runtime();
  if ((await store.find(id)) === null) throw invalidRequest(`thread not found: ${id}`);
  const { writer } = await store.resume({ id });
  writer.append([{ type: "event_msg", payload: { type: "thread_name_updated", thread_id: id, thread_name: name } }]);
  await writer.close();
  await store.setName(id, name);
  context.afterReply(() => server.broadcast("thread/name/updated", { threadId: id, threadName: name }));
  return {};
}

async function updateMetadata(params: ThreadMetadataUpdateParams, { server }: RequestContext) {
  const id = threadId(params.threadId);
  const git = params.gitInfo ?? {};
  const fields = ["sha", "branch", "originUrl"] as const;
  if (fields.every(field => git[field] === undefined)) throw invalidRequest("gitInfo must include at least one field");
  const hub = server.threads.get(id);
  const { store } = await server.runtime();
  if (hub?.facts.ephemeral || (hub === undefined && (await store.summary({ id })) === null)) {
    throw internal(`sqlite state db unavailable for thread ${id}`);
  }
  for (const field of fields) {
    if (typeof git[field] === "string" && git[field].trim() === "")
      throw invalidRequest(`gitInfo.${field} must not be empty`);
  }
  await store.setMetadata(id, {
    git: {
      ...(git.sha === undefined ? {} : { commit_hash: git.sha }),
      ...(git.branch === undefined ? {} : { branch: git.branch }),
      ...(git.originUrl === undefined ? {} : { repository_url: git.originUrl }),
    },
  });
  hub?.correctGitInfo(git);
  return { thread: await describe(server, id) };
}

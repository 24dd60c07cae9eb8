import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { ConversationSummary, GetConversationSummaryParams } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { quoted } from "@codex-ts/protocol/rpc";
import { invalidRequest } from "../errors.ts";
import { threadId } from "../threads/ids.ts";
import type { SessionSourceRecord } from "@codex-ts/thread-store";

/** Methods of the first API that clients still use. */
export const handlers: HandlerTable = {
  getConversationSummary,
  gitDiffToRemote: async ({ cwd }, { server }) => {
    const folder = path.resolve(server.cwd, cwd);
    const found = await diffToRemote(folder).catch(() => null);
    if (found === null) throw invalidRequest(`failed to compute git diff to remote for cwd: ${quoted(cwd)}`);
    return found;
  },
};

async function getConversationSummary(params: GetConversationSummaryParams, { server }: RequestContext) {
  const { store } = await server.runtime();
  const byId = "conversationId" in params;
  const id = byId ? conversationId(params.conversationId) : "";
  const ref = byId ? { id } : { path: path.resolve(server.options.codexHome, params.rolloutPath) };
  const found = await store.summary(ref);
  if (found === null)
    throw invalidRequest(byId ? `no rollout found for conversation id ${id}` : unread(ref.path ?? ""));
  const { git } = found;
  const summary: ConversationSummary = {
    conversationId: found.id,
    path: found.path,
    preview: found.preview,
    timestamp: new Date(found.createdAt).toISOString(),
    updatedAt: new Date(found.updatedAt).toISOString(),
    modelProvider: found.modelProvider ?? "",
    cwd: found.cwd,
    cliVersion: found.cliVersion,
    source: legacySource(found.source),
    gitInfo:
      git === null
        ? null
        : { sha: git.commit_hash ?? null, branch: git.branch ?? null, origin_url: git.repository_url ?? null },
  };
  return { summary };
}

function unread(file: string): string {
  return existsSync(file)
    ? `failed to load conversation summary from ${file}: no such conversation`
    : `failed to resolve rollout path \`${file}\`: No such file or directory (os error 2)`;
}

/** A text that is no id makes params of neither kind. @throws RpcError */
function conversationId(text: string): string {
  try {
    return threadId(text);
  } catch {
    const why = "data did not match any variant of untagged enum GetConversationSummaryParams";
    throw invalidRequest(`Invalid request: ${why}`);
  }
}

/** This API keeps the recorded spelling of sources. */
function legacySource(source: SessionSourceRecord): ConversationSummary["source"] {
  return source as ConversationSummary["source"];
}

const run = promisify(execFile);
const MAX_DIFF_BYTES = 64 * 1024 * 1024;

/** What the working tree of a repository has that its closest known remote branch has not. Null outside of one. */
async function diffToRemote(cwd: string): Promise<{ sha: string; diff: string } | null> {
  const git = async (...args: string[]) => (await run("git", args, { cwd, maxBuffer: MAX_DIFF_BYTES })).stdout;
  const remotes = (await git("for-each-ref", "--format=%(refname)", "refs/remotes"))
    .split("\n")
    .filter(ref => ref !== "");
  let best: { sha: string; distance: number } | null = null;
  for (const ref of remotes) {
    const sha = (await git("merge-base", "HEAD", ref).catch(() => "")).trim();
    if (sha === "") continue;
    const distance = Number(await git("rev-list", "--count", `${sha}..HEAD`));
    if (best === null || distance < best.distance) best = { sha, distance };
  }
  if (best === null) return null;
  let diff = await git("diff", "--no-ext-diff", "--no-textconv", best.sha);
  const untracked = (await git("ls-files", "--others", "--exclude-standard", "-z"))
    .split("\0")
    .filter(file => file !== "");
  for (const file of untracked) {
    // Git answers 1 when the files differ, which they do.
    diff += await git("diff", "--no-ext-diff", "--no-textconv", "--no-index", "--", "/dev/null", file).catch(
      (error: { stdout?: string }) => error.stdout ?? "",
    );
  }
  return { sha: best.sha, diff };
}

import path from "node:path";
import type { Thread, ThreadListParams, ThreadListResponse } from "@codex-ts/protocol";

/** Which session `exec resume` means. */
export interface ResumeTarget {
  session: string | undefined;
  last: boolean;
  all: boolean;
}

/** What decides between sessions, beside their own data. */
export interface ResumeContext {
  cwd: string;
  modelProvider: string;
  /** The folder of the latest turn in a session's file, where the file tells of one. */
  latestFolder(file: string): Promise<string | null>;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Every kind of session counts for `exec resume`, those of `exec` and of sub-agents too. */
const everySource: NonNullable<ThreadListParams["sourceKinds"]> = [
  "cli",
  "vscode",
  "exec",
  "appServer",
  "subAgent",
  "subAgentReview",
  "subAgentCompact",
  "subAgentThreadSpawn",
  "subAgentOther",
  "unknown",
];

/**
 * Finds the thread to resume (spec: command line, "exec resume").
 * @returns the thread's id; nothing when `--last` or a name finds none, and a new session starts
 */
export async function findResumeThread(
  target: ResumeTarget,
  context: ResumeContext,
  list: (params: ThreadListParams) => Promise<ThreadListResponse>,
): Promise<string | undefined> {
  if (!target.last && target.session !== undefined && uuid.test(target.session)) return target.session;
  const wanted = target.last ? undefined : target.session;
  if (!target.last && wanted === undefined) return undefined;
  let cursor: string | null = null;
  do {
    const page: ThreadListResponse = await list({
      cursor,
      limit: target.last && target.all ? 1 : 100,
      sortKey: "updated_at",
      sourceKinds: everySource,
      modelProviders: target.last ? [context.modelProvider] : [],
      archived: false,
    });
    for (const thread of page.data) {
      if (wanted !== undefined && thread.name !== wanted) continue;
      if (target.all || (await isIn(thread, context))) return thread.id;
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return undefined;
}

/** Whether a session's latest turn ran in the folder of the call. */
async function isIn(thread: Thread, { cwd, latestFolder }: ResumeContext): Promise<boolean> {
  const latest = thread.path === null ? null : await latestFolder(thread.path);
  return path.resolve(latest ?? thread.cwd) === path.resolve(cwd);
}

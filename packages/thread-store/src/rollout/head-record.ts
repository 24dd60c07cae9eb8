import type { CreateOptions, NewThreadMeta } from "../thread-store.ts";
import type { RolloutItem, SessionMetaRecord } from "./item.ts";

/** How the first record of a new thread is made, when its record is: git is asked then. */
export function headRecord(meta: NewThreadMeta, started: Date, options: CreateOptions): () => Promise<RolloutItem> {
  const { id, forked_from_id, ...rest } = meta;
  const record: SessionMetaRecord = {
    id,
    ...(typeof forked_from_id === "string" ? { forked_from_id } : {}),
    timestamp: started.toISOString(),
    ...rest,
  };
  return async () => {
    const git = await options.git?.().catch(() => null);
    return { type: "session_meta", payload: git === null || git === undefined ? record : { ...record, git } };
  };
}

import { stat } from "node:fs/promises";

/** Gives a new policy when there is one; asked before every request. */
export interface PolicyReloader<State> {
  /** Null: nothing has changed, or what has changed cannot be used. */
  reload(): Promise<State | null>;
}

/**
 * Rebuilds a policy when one of its files is newer than last time, has appeared or has vanished (section 7). While the
 * files cannot be read as a policy, the last good one stays.
 * @param onError told why a rebuild failed
 */
export function fileReloader<State>(
  files: readonly string[],
  rebuild: () => Promise<State>,
  onError: (error: unknown) => void = () => undefined,
): PolicyReloader<State> {
  const stamp = async () => (await Promise.all(files.map(modified))).join(" ");
  let known: Promise<string> | null = null;
  return {
    reload: async () => {
      if (known === null) {
        known = stamp();
        await known;
        return null;
      }
      const [before, now] = [await known, await stamp()];
      if (before === now) return null;
      known = Promise.resolve(now);
      try {
        return await rebuild();
      } catch (error) {
        onError(error);
        return null;
      }
    },
  };
}

async function modified(file: string): Promise<string> {
  try {
    return String((await stat(file, { bigint: true })).mtimeNs);
  } catch {
    return "-";
  }
}

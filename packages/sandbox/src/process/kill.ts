import { readdirSync, readFileSync } from "node:fs";

/** Signals a process group; a group that is gone is no error. Answers whether there was one. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Signals what was started. bubblewrap's death takes everything inside with it, but not in its first milliseconds: so
 * it is killed as all others are, from the tree's root down.
 */
export function killProcess(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  if (signal === "SIGKILL") killTree(pid);
  else signalGroup(pid, signal);
}

/** Rounds of looking for descendants; each catches what was forked while the one before looked. */
const MAX_ROUNDS = 10;

/**
 * Kills a process, its group, and descendants that left the group (found through /proc, so on Linux only). They are
 * stopped first: who stands still cannot fork away, and children of a leader that still exists can be found.
 */
export function killTree(leader: number): void {
  const seen = new Set<number>([leader]);
  signalGroup(leader, "SIGSTOP");
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const fresh = descendantsOf(leader).filter(pid => !seen.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      seen.add(pid);
      signalOne(pid, "SIGSTOP");
    }
  }
  signalGroup(leader, "SIGKILL");
  for (const pid of seen) signalOne(pid, "SIGKILL");
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** The processes below a process, from /proc; empty where there is none. */
export function descendantsOf(root: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of listProc()) {
    const parent = parentOfProcess(name);
    if (parent === null) continue;
    const siblings = childrenOf.get(parent) ?? [];
    siblings.push(Number(name));
    childrenOf.set(parent, siblings);
  }
  const found: number[] = [];
  const pending = [root];
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    for (const child of childrenOf.get(pid) ?? []) {
      found.push(child);
      pending.push(child);
    }
  }
  return found;
}

function listProc(): string[] {
  try {
    return readdirSync("/proc").filter(name => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function parentOfProcess(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything; the fields after the last one are: state, parent, group, …
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    return parent === undefined ? null : Number(parent);
  } catch {
    return null;
  }
}

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

/** Kills a process, its group, and descendants that left the group (Linux). */
export function killTree(leader: number): void {
  const strays = descendantsOf(leader);
  signalGroup(leader, "SIGKILL");
  for (const pid of [leader, ...strays]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
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

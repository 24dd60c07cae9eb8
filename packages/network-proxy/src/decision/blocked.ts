import type { BlockedRequest } from "./model.ts";

const CAPACITY = 200;

/** The last refusals, and how many there were; both outlive changes of the policy. */
export class BlockedRequests {
  private readonly entries: BlockedRequest[] = [];
  private count = 0;
  private readonly observe: ((entry: BlockedRequest) => void) | undefined;
  private readonly log: ((line: string) => void) | undefined;

  constructor(observe?: (entry: BlockedRequest) => void, log?: (line: string) => void) {
    this.observe = observe;
    this.log = log;
  }

  /** How many requests were refused so far. */
  get total(): number {
    return this.count;
  }

  add(entry: BlockedRequest): void {
    this.entries.push(entry);
    if (this.entries.length > CAPACITY) this.entries.shift();
    this.count++;
    this.log?.(`CODEX_NETWORK_POLICY_VIOLATION ${JSON.stringify(entry)}`);
    this.observe?.(entry);
  }

  /** The last refusals, oldest first, at most 200. */
  snapshot(): BlockedRequest[] {
    return [...this.entries];
  }

  /** The same, and forgets them. */
  drain(): BlockedRequest[] {
    return this.entries.splice(0);
  }
}

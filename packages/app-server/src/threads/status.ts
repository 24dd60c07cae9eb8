import type { ThreadStatus } from "@codex-ts/protocol";

/** What is known about a loaded thread; its status is computed from it. */
export interface StatusFacts {
  readonly running: boolean;
  readonly systemError: boolean;
  /** Unanswered questions of each kind. */
  readonly approvals: number;
  readonly userInputs: number;
}

export type Waiting = "approvals" | "userInputs";

export type StatusEvent =
  | { type: "turnStarted" }
  | { type: "turnEnded" }
  | { type: "failed" }
  | { type: "asked"; what: Waiting }
  | { type: "answered"; what: Waiting };

export const idle: StatusFacts = { running: false, systemError: false, approvals: 0, userInputs: 0 };

/** Spec: app-server, "Thread status". */
export function nextFacts(facts: StatusFacts, event: StatusEvent): StatusFacts {
  switch (event.type) {
    case "turnStarted":
      return { ...facts, running: true, systemError: false };
    case "turnEnded":
      return { ...facts, running: false, approvals: 0, userInputs: 0 };
    case "failed":
      return { running: false, approvals: 0, userInputs: 0, systemError: true };
    case "asked":
      return { ...facts, [event.what]: facts[event.what] + 1 };
    case "answered":
      return { ...facts, [event.what]: Math.max(0, facts[event.what] - 1) };
  }
}

export function statusOf(facts: StatusFacts): ThreadStatus {
  if (facts.running || facts.approvals > 0 || facts.userInputs > 0) {
    const activeFlags: ("waitingOnApproval" | "waitingOnUserInput")[] = [];
    if (facts.approvals > 0) activeFlags.push("waitingOnApproval");
    if (facts.userInputs > 0) activeFlags.push("waitingOnUserInput");
    return { type: "active", activeFlags };
  }
  return facts.systemError ? { type: "systemError" } : { type: "idle" };
}

export function sameStatus(a: ThreadStatus, b: ThreadStatus): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

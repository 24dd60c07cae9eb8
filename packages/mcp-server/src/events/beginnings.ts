import type { JsonObject } from "../json.ts";

const BEGINS = new Set<unknown>(["exec_command_begin", "patch_apply_begin"]);
const ENDS = new Set<unknown>(["exec_command_end", "patch_apply_end"]);
const QUESTIONS = new Set<unknown>(["exec_approval_request", "apply_patch_approval_request"]);

/**
 * Keeps the beginning of a command or patch that is shown only to be asked about until it is approved: then it really begins. One that is
 * refused has neither beginning nor end.
 */
export class Beginnings {
  private readonly held = new Map<unknown, JsonObject>();
  private readonly asked = new Map<unknown, JsonObject>();

  /** The events in the order in which they are told; beginnings wait for the next event, or for `release`. */
  order(events: readonly JsonObject[]): JsonObject[] {
    return events.flatMap(event => this.next(event));
  }

  private next(event: JsonObject): JsonObject[] {
    const id = event["call_id"];
    if (BEGINS.has(event["type"])) {
      const before = this.release();
      this.held.set(id, event);
      return before;
    }
    if (QUESTIONS.has(event["type"])) {
      const begin = this.held.get(id);
      if (begin !== undefined) this.asked.set(id, begin);
      this.held.delete(id);
      return [...this.release(), event];
    }
    if (!ENDS.has(event["type"])) return [...this.release(), event];
    // Somebody else may have approved it.
    const begin = this.approved(id);
    return begin.length > 0 && !ran(event) ? this.release() : [...this.release(), ...begin, event];
  }

  /** What waits for no question any more. */
  release(): JsonObject[] {
    const events = [...this.held.values()];
    this.held.clear();
    return events;
  }

  /** Its question was answered with yes. */
  approved(callId: unknown): JsonObject[] {
    const begin = this.asked.get(callId);
    this.asked.delete(callId);
    return begin === undefined ? [] : [begin];
  }
}

function ran({ status, exit_code: exitCode }: JsonObject): boolean {
  return status === "completed" || (typeof exitCode === "number" && exitCode >= 0);
}

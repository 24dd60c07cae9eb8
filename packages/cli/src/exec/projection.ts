import type { ServerNotification, ThreadItem, ThreadTokenUsage, Turn, TurnError } from "@codex-ts/protocol";
import type { ExecEvent } from "./events.ts";
import { execItem } from "./items.ts";
import { execUsage } from "./usage.ts";

/** The text of an error with its details, as every exec surface shows it. */
export function errorText(error: Pick<TurnError, "message" | "additionalDetails">): string {
  return error.additionalDetails ? `${error.message} (${error.additionalDetails})` : error.message;
}

/** Text of a warning-like notification that exec reports as an item of type `error`, or nothing. */
export function warningText(notification: ServerNotification): string | undefined {
  switch (notification.method) {
    case "configWarning":
    case "deprecationNotice": {
      const { summary, details } = notification.params;
      return details ? `${summary} (${details})` : summary;
    }
    case "model/rerouted":
      return `model rerouted: ${notification.params.fromModel} -> ${notification.params.toModel} (${notification.params.reason})`;
    default:
      return undefined;
  }
}

/**
 * Notifications of one thread and one turn in, `--json` events out (spec: command line, section 3).
 * A state machine without I/O: the caller writes what it returns, one line an event.
 */
export class ExecProjection {
  #nextItem = 0;
  readonly #ids = new Map<string, string>();
  readonly #open = new Map<string, ThreadItem>();
  readonly #finished = new Set<string>();
  #todo: { id: string; items: { text: string; completed: boolean }[] } | undefined;
  #usage: ThreadTokenUsage | undefined;
  #lastError: string | undefined;
  #finalMessage: string | undefined;
  readonly #countUsage: boolean;

  /** @param options.countUsage false for reviews, whose usage is reported as zero */
  constructor(options: { countUsage?: boolean } = {}) {
    this.#countUsage = options.countUsage ?? true;
  }

  /** Text of the last agent message of the turn, if there was one. */
  get finalMessage(): string | undefined {
    return this.#finalMessage;
  }

  /** Events for one notification; notifications that exec does not show give none. */
  next(notification: ServerNotification): ExecEvent[] {
    const warning = warningText(notification);
    if (warning !== undefined) {
      return [{ type: "item.completed", item: { id: this.#newId(), type: "error", message: warning } }];
    }
    switch (notification.method) {
      case "turn/started":
        return [{ type: "turn.started" }];
      case "item/started":
        return this.#started(notification.params.item);
      case "item/completed":
        return this.#completed(notification.params.item);
      case "turn/plan/updated":
        return this.#plan(
          notification.params.plan.map(step => ({ text: step.step, completed: step.status === "completed" })),
        );
      case "thread/tokenUsage/updated":
        this.#usage = notification.params.tokenUsage;
        return [];
      case "error": {
        const message = errorText(notification.params.error);
        if (!notification.params.willRetry) this.#lastError = message;
        return [{ type: "error", message }];
      }
      case "turn/completed":
        return this.#turnEnd(notification.params.turn);
      default:
        return [];
    }
  }

  #newId(): string {
    return `item_${this.#nextItem++}`;
  }

  #idOf(raw: string): string {
    let id = this.#ids.get(raw);
    if (id === undefined) {
      id = this.#newId();
      this.#ids.set(raw, id);
    }
    return id;
  }

  #started(item: ThreadItem): ExecEvent[] {
    if (item.type === "agentMessage" || item.type === "reasoning") return [];
    if (execItem(item, "", false) === undefined) return [];
    const shown = execItem(item, this.#idOf(item.id), false);
    if (shown === undefined) return [];
    this.#open.set(item.id, item);
    return [{ type: "item.started", item: shown }];
  }

  #completed(item: ThreadItem): ExecEvent[] {
    if (item.type === "agentMessage") this.#finalMessage = item.text;
    if (this.#finished.has(item.id)) return [];
    if (execItem(item, "", true) === undefined) return [];
    this.#open.delete(item.id);
    this.#finished.add(item.id);
    const shown = execItem(item, this.#idOf(item.id), true);
    return shown === undefined ? [] : [{ type: "item.completed", item: shown }];
  }

  #plan(items: { text: string; completed: boolean }[]): ExecEvent[] {
    if (this.#todo === undefined) {
      this.#todo = { id: this.#newId(), items };
      return [{ type: "item.started", item: { id: this.#todo.id, type: "todo_list", items } }];
    }
    this.#todo.items = items;
    return [{ type: "item.updated", item: { id: this.#todo.id, type: "todo_list", items } }];
  }

  /** Items the stored turn holds but whose completion was never seen, then the list and the turn's own end. */
  #turnEnd(turn: Turn): ExecEvent[] {
    const events: ExecEvent[] = [];
    for (const item of turn.items) {
      if (this.#open.has(item.id)) events.push(...this.#completed(item));
      else if (item.type === "agentMessage" && this.#finalMessage === undefined) events.push(...this.#completed(item));
    }
    if (this.#todo !== undefined) {
      const { id, items } = this.#todo;
      events.push({ type: "item.completed", item: { id, type: "todo_list", items } });
      this.#todo = undefined;
    }
    if (turn.status === "completed") {
      events.push({ type: "turn.completed", usage: execUsage(this.#countUsage ? this.#usage : undefined) });
    } else if (turn.status === "failed") {
      const message = turn.error ? errorText(turn.error) : (this.#lastError ?? "turn failed");
      events.push({ type: "turn.failed", error: { message } });
    }
    return events;
  }
}

import type { MessageId, RpcErrorObject } from "@codex-ts/protocol";

/** What a client answered. */
export type Answer = { type: "result"; result: unknown } | { type: "error"; error: RpcErrorObject };

/** A question to a client that was not answered yet. */
export interface PendingRequest {
  id: number;
  method: string;
  params: unknown;
}

/** The server's own requests: one counter for the process, and the first answer to each wins. */
export class ServerRequests {
  private nextId = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  /** Gives a request its id. `onAnswer` is called at most once. */
  add(onAnswer: (answer: Answer) => void): number {
    const id = this.nextId++;
    this.waiting.set(id, onAnswer);
    return id;
  }

  /** No answer is wanted any more. */
  drop(id: number): void {
    this.waiting.delete(id);
  }

  resolve(id: MessageId, result: unknown): void {
    this.take(id)?.({ type: "result", result });
  }

  reject(id: MessageId, error: RpcErrorObject): void {
    this.take(id)?.({ type: "error", error });
  }

  private take(id: MessageId): ((answer: Answer) => void) | undefined {
    if (typeof id !== "number") return undefined;
    const onAnswer = this.waiting.get(id);
    this.waiting.delete(id);
    return onAnswer;
  }
}

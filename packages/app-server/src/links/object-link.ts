import type { Message, MessageId, OutgoingMessage, RpcErrorObject } from "@codex-ts/protocol";
import type { Link, LinkEvents, Transport } from "./link.ts";

const NOTHING_UNUSUAL: ReadonlyMap<object, ReadonlyMap<string, string>> = new Map();

/** Carries envelopes as objects, for a client in the same program. Neither side may change what it sent or received. */
export class ObjectLink implements Link {
  readonly kind = "inProcess";
  readonly trusted: boolean;

  constructor(
    private readonly transport: Transport,
    options: { trusted?: boolean } = {},
  ) {
    this.trusted = options.trusted ?? false;
  }

  start(events: LinkEvents): void {
    this.transport.start({
      message: envelope => {
        const message = classify(envelope);
        if (message !== null) events.message(message);
      },
      close: () => events.close(),
    });
  }

  send(message: OutgoingMessage): void {
    void this.transport.send(envelopeOf(message));
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}

function classify(envelope: unknown): Message | null {
  if (typeof envelope !== "object" || envelope === null || Array.isArray(envelope)) return null;
  const { id, method, params, result, error } = envelope as Record<string, unknown>;
  if (typeof method === "string") {
    return isId(id)
      ? { kind: "request", id, method, params, trace: null, numbers: NOTHING_UNUSUAL as never }
      : { kind: "notification", method, params };
  }
  if (!isId(id)) return null;
  if (error !== undefined) return { kind: "error", id, error: error as RpcErrorObject };
  return { kind: "response", id, result };
}

function isId(id: unknown): id is MessageId {
  return typeof id === "string" || typeof id === "bigint" || Number.isInteger(id);
}

function envelopeOf(message: OutgoingMessage): Record<string, unknown> {
  switch (message.kind) {
    case "request":
      return { method: message.method, id: message.id, params: message.params };
    case "notification":
      return { method: message.method, params: message.params };
    case "response":
      return { id: message.id, result: message.result };
    case "error":
      return { error: message.error, id: message.id };
  }
}

import type { ClientRequestMethod, ClientRequestParams, ClientRequestResult, MessageId } from "@codex-ts/protocol";
import type { RequestMessage } from "@codex-ts/protocol/rpc";
import type { Connection } from "../connection.ts";
import type { AppServer } from "../server.ts";

/** Returned by a handler that answers by itself, through `RequestContext.respond`. */
export const LATER: unique symbol = Symbol("answered later");

/** What a handler gets besides the params. */
export interface RequestContext<M extends ClientRequestMethod = ClientRequestMethod> {
  readonly server: AppServer;
  readonly connection: Connection;
  readonly id: MessageId;
  /** The trace that the client asks in. */
  readonly trace: RequestMessage["trace"];
  /** The params as they came, and how their numbers were written where a double does not tell. */
  readonly received: Pick<RequestMessage, "params" | "numbers">;
  /** Answers at once. Only for handlers that return `LATER`; the first answer counts. */
  respond(result: ClientRequestResult<M>): void;
  /** As `respond`, with an error. */
  fail(error: unknown): void;
  /** Runs right after the answer went out: what must follow it, in order. Not called when the handler fails. */
  afterReply(step: () => void): void;
}

export type Handler<M extends ClientRequestMethod> = (
  params: ClientRequestParams<M>,
  context: RequestContext<M>,
) => ClientRequestResult<M> | Promise<ClientRequestResult<M> | typeof LATER> | typeof LATER;

/** Some handlers, by method. */
export type HandlerTable = { readonly [M in ClientRequestMethod]?: Handler<M> };

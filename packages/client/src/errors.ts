export type ClientErrorCode = "closed" | "timeout" | "spawn_failed" | "connect_failed";

/** What went wrong on this side of the connection. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ClientError";
    this.code = code;
  }
}

/** An error that the other side answered with, or that a handler of a server's request wants to answer with. */
export class RpcError extends Error {
  /** The JSON-RPC code, for example -32600. */
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** The codes of JSON-RPC errors on this wire. */
export const errorCodes = {
  /** Everything wrong with a request: unknown method, bad params, not initialised, gated, most semantic refusals. */
  invalidRequest: -32600,
  /** A few semantic parameter errors. */
  invalidParams: -32602,
  internal: -32603,
  overloaded: -32001,
} as const;

export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** An error answer to a request; throw it in a handler, or receive it from a peer. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }

  static invalidRequest(message: string, data?: unknown): RpcError {
    return new RpcError(errorCodes.invalidRequest, message, data);
  }

  static invalidParams(message: string, data?: unknown): RpcError {
    return new RpcError(errorCodes.invalidParams, message, data);
  }

  static internal(message: string, data?: unknown): RpcError {
    return new RpcError(errorCodes.internal, message, data);
  }

  /** The error's form on the wire; `data` is left out when there is none. */
  toObject(): RpcErrorObject {
    return this.data === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, data: this.data, message: this.message };
  }
}

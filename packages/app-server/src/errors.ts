import { errorCodes, RpcError, type RpcErrorObject } from "@codex-ts/protocol/rpc";

/** What the classes of errors below the doors have in common. */
interface CodedError extends Error {
  code: string;
}

/** Errors of other floors that say the client asked for something it cannot have; everything else is internal. */
const REFUSALS = new Set([
  // thread store
  "not_found",
  "archived_not_found",
  "empty_session",
  "no_thread_id",
  "invalid_cursor",
  "empty_name",
  // core
  "bad_request",
  "thread_not_found",
  "thread_closed",
  "no_active_turn",
  "turn_mismatch",
  "turn_not_steerable",
  "empty_input",
  "rollback_failed",
  "not_persisted",
  "unsupported",
]);

/** The one place where errors become JSON-RPC errors. */
export function rpcErrorOf(error: unknown): RpcErrorObject {
  if (error instanceof RpcError) return error.toObject();
  const message = error instanceof Error ? error.message : String(error);
  if (isCoded(error) && REFUSALS.has(error.code)) return { code: errorCodes.invalidRequest, message };
  return { code: errorCodes.internal, message };
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

export const invalidRequest = (message: string, data?: unknown) =>
  new RpcError(errorCodes.invalidRequest, message, data);
export const invalidParams = (message: string, data?: unknown) => new RpcError(errorCodes.invalidParams, message, data);
export const internal = (message: string, data?: unknown) => new RpcError(errorCodes.internal, message, data);

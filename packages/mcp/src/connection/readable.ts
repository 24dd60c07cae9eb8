import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

const INTERNAL_ERROR = -32603;

/**
 * A message of a server in a form that the SDK reads. It passes over a message whose envelope is not quite right, and whoever waits for
 * the answer would wait until its time is up. A result that is none becomes an empty one, which is refused by who asked for it.
 */
export function readable(message: JSONRPCMessage): JSONRPCMessage {
  if ("method" in message) return withParams(message);
  if ("error" in message) return { ...message, error: readableError(message.error) };
  const result = withoutNullMeta(message.result);
  return result !== null && result === message.result ? message : { ...message, result: result ?? {} };
}

function withParams(message: Extract<JSONRPCMessage, { method: string }>): JSONRPCMessage {
  if (message.params === undefined) return message;
  const params = withoutNullMeta(message.params);
  if (params === message.params) return message;
  const { params: _, ...rest } = message;
  return params === null ? rest : { ...rest, params };
}

/** The same object, without a `_meta` that is null; null for what is no object or has a `_meta` that is none. */
function withoutNullMeta<T extends object>(value: T): T | null {
  if (!isObject(value)) return null;
  const meta: unknown = Reflect.get(value, "_meta");
  if (meta === undefined) return value;
  if (meta !== null) return isObject(meta) ? value : null;
  const { _meta, ...rest } = value as T & { _meta: unknown };
  return rest as T;
}

function readableError(error: unknown): { code: number; message: string; data?: unknown } {
  if (!isObject(error)) return { code: INTERNAL_ERROR, message: String(error) };
  const { code, message, ...rest } = error as Record<string, unknown>;
  return {
    ...rest,
    code: typeof code === "number" && Number.isSafeInteger(code) ? code : INTERNAL_ERROR,
    message: typeof message === "string" ? message : "",
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type JsonObject = { [member: string]: unknown };
export type RequestId = string | number;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON-RPC request, notification or answer as it came off the wire. */
export interface Incoming {
  id?: RequestId | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: unknown;
}

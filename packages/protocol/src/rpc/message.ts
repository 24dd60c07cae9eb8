import { WHOLE, type WrittenNumbers } from "../wire/written-numbers.ts";
import type { RpcErrorObject } from "./errors.ts";
import { isTooDeep, parseStrict } from "./json.ts";

/** An id as it was received: a bigint when a double cannot hold it, so that it is echoed exactly. */
export type MessageId = string | number | bigint;

/** W3C trace context of a request. */
export interface TraceContext {
  readonly traceparent?: string | null;
  readonly tracestate?: string | null;
}

export interface RequestMessage {
  readonly kind: "request";
  readonly id: MessageId;
  readonly method: string;
  readonly params: unknown;
  readonly trace: TraceContext | null;
  /** Numbers of `params` that a double does not tell enough of, such as `1.0`; for `decode`. */
  readonly numbers: WrittenNumbers;
}

export interface NotificationMessage {
  readonly kind: "notification";
  readonly method: string;
  readonly params: unknown;
}

export interface ResponseMessage {
  readonly kind: "response";
  readonly id: MessageId;
  readonly result: unknown;
}

export interface ErrorMessage {
  readonly kind: "error";
  readonly id: MessageId;
  readonly error: RpcErrorObject;
}

/** A message, told apart by its shape. */
export type Message = RequestMessage | NotificationMessage | ResponseMessage | ErrorMessage;

const NOTHING_UNUSUAL: WrittenNumbers = new Map();
const LEAST_ID = -(2n ** 63n);
const GREATEST_ID = 2n ** 63n - 1n;

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown, envelope: object, numbers: WrittenNumbers): value is MessageId {
  switch (typeof value) {
    case "string":
      return true;
    case "number":
      return Number.isInteger(value) && !(numbers.get(envelope)?.has("id") ?? false);
    case "bigint":
      return value >= LEAST_ID && value <= GREATEST_ID;
    default:
      return false;
  }
}

function isOptionalText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === "string";
}

function isTrace(value: unknown): value is TraceContext | null | undefined {
  return (
    value === undefined ||
    value === null ||
    (isMap(value) && isOptionalText(value["traceparent"]) && isOptionalText(value["tracestate"]))
  );
}

function isErrorObject(value: unknown): value is RpcErrorObject {
  return isMap(value) && Number.isInteger(value["code"]) && typeof value["message"] === "string";
}

/** The numbers of params; params may be nothing but one number. */
function numbersOf(envelope: object, numbers: WrittenNumbers): WrittenNumbers {
  const written = numbers.get(envelope)?.get("params");
  return written === undefined ? numbers : new Map([[WHOLE, new Map([["", written]])]]);
}

function classify(envelope: unknown, numbers: WrittenNumbers): Message | null {
  if (!isMap(envelope)) {
    return null;
  }
  const { id, method, params, trace, result, error } = envelope;
  if (typeof method === "string") {
    if (isId(id, envelope, numbers)) {
      return isTrace(trace)
        ? { kind: "request", id, method, params, trace: trace ?? null, numbers: numbersOf(envelope, numbers) }
        : null;
    }
    return { kind: "notification", method, params };
  }
  if (!isId(id, envelope, numbers)) {
    return null;
  }
  if (Object.hasOwn(envelope, "result")) {
    return { kind: "response", id, result };
  }
  return isErrorObject(error) ? { kind: "error", id, error } : null;
}

/**
 * Reads one line as a server must: what is no message gives null (it gets no answer), ids are kept exactly and numbers
 * that a double does not tell enough of are noted. A request whose id is none counts as a notification.
 */
export function parseMessage(line: string): Message | null {
  try {
    const { value, numbers, duplicates } = parseStrict(line);
    return duplicates ? null : classify(value, numbers);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

/**
 * Reads one line from a peer that is trusted to write well-formed JSON (a client reading its server): about as fast as
 * `JSON.parse`, without the exactness of `parseMessage`.
 */
export function parseTrustedMessage(line: string): Message | null {
  if (isTooDeep(line)) {
    return null;
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return classify(value, NOTHING_UNUSUAL);
}

/** A message as it is sent; the members have their fixed order, and there is no `jsonrpc` member. */
export type OutgoingMessage =
  | { readonly kind: "request"; readonly id: MessageId; readonly method: string; readonly params?: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params?: unknown }
  | { readonly kind: "response"; readonly id: MessageId; readonly result: unknown }
  | { readonly kind: "error"; readonly id: MessageId; readonly error: RpcErrorObject };

function idText(id: MessageId): string {
  return typeof id === "bigint" ? id.toString() : JSON.stringify(id);
}

function paramsText(params: unknown): string {
  const text = JSON.stringify(params) as string | undefined;
  return text === undefined ? "" : `,"params":${text}`;
}

/** Writes a message as one line of JSON, without a line break. */
export function encodeMessage(message: OutgoingMessage): string {
  switch (message.kind) {
    case "request":
      return `{"method":${JSON.stringify(message.method)},"id":${idText(message.id)}${paramsText(message.params)}}`;
    case "notification":
      return `{"method":${JSON.stringify(message.method)}${paramsText(message.params)}}`;
    case "response":
      return `{"id":${idText(message.id)},"result":${JSON.stringify(message.result ?? null)}}`;
    case "error":
      return `{"error":${JSON.stringify(message.error)},"id":${idText(message.id)}}`;
  }
}

import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { readable } from "./readable.ts";

/** Longer lines are passed on as they came, characters: their envelope was written by a program that knows how. */
const LONGEST_LINE = 4_000_000;

/** The text of a message, or of a list of them, with envelopes that the SDK reads; what is no JSON stays as it is. */
export function readableText(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const mended = Array.isArray(value) ? value.map(mend) : mend(value);
  const same = Array.isArray(value)
    ? value.every((each, index) => each === (mended as unknown[])[index])
    : mended === value;
  return same ? text : JSON.stringify(mended);
}

/** An event stream whose messages the SDK can read. A message that stands on one line is looked at, as servers write them. */
export function readableEvents(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split("\n");
      rest = lines.pop() ?? "";
      const text = lines.map(line => `${readableLine(line)}\n`).join("");
      if (text !== "") controller.enqueue(encoder.encode(text));
    },
    flush(controller) {
      const last = `${rest}${decoder.decode()}`;
      if (last !== "") controller.enqueue(encoder.encode(last));
    },
  });
}

function readableLine(line: string): string {
  if (!line.startsWith("data:") || line.length > LONGEST_LINE) return line;
  const end = line.endsWith("\r") ? "\r" : "";
  const data = line.slice("data:".length, line.length - end.length);
  const mended = readableText(data);
  return mended === data ? line : `data: ${mended}${end}`;
}

function mend(value: unknown): unknown {
  const isMessage =
    typeof value === "object" && value !== null && ("method" in value || "error" in value || "result" in value);
  return isMessage ? readable(value as JSONRPCMessage) : value;
}

import type { TraceContext } from "./sink.ts";

/** Parts of a place in a trace. */
export interface TracePlace {
  traceId: string;
  spanId: string;
  /** Bit 1: the caller records this trace. */
  flags: number;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads a `traceparent`; null when it is none. Spec: analytics, C4; the form is the W3C's. */
export function parseTraceparent(text: string): TracePlace | null {
  const match = TRACEPARENT.exec(text.trim());
  if (match === null) return null;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

export function traceparentOf({ traceId, spanId, flags }: TracePlace): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, "0")}`;
}

/** The trace that the program was started in, as its environment tells it. */
export function traceContextOf(env: Readonly<Record<string, string | undefined>>): TraceContext | null {
  const traceparent = env["TRACEPARENT"];
  if (traceparent === undefined || parseTraceparent(traceparent) === null) return null;
  return { traceparent, tracestate: env["TRACESTATE"] ?? null };
}

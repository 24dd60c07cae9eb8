import type { CallPayload, ToolCall } from "./tool.ts";

/** A call with another payload, or what is wrong with the new input. */
export type Replaced = ToolCall | string;

/** The command of a new input `{ command }`, or what is wrong with it. */
export function commandOf(input: unknown): { command: string } | string {
  const command: unknown = typeof input === "object" && input !== null ? Reflect.get(input, "command") : undefined;
  if (typeof command !== "string") return 'expected {"command": "…"}';
  return command.trim() === "" ? "the command is empty" : { command };
}

/**
 * A function call with one argument replaced. What was asked for the old command alone goes: a prefix to allow from now on must not be
 * offered for another command.
 */
export function withArgument(call: ToolCall, name: string, value: unknown): Replaced {
  if (call.payload.kind !== "function") return "the call has no arguments";
  try {
    const { prefix_rule: _prefix, ...rest } = JSON.parse(call.payload.arguments) as Record<string, unknown>;
    return withPayload(call, { kind: "function", arguments: JSON.stringify({ ...rest, [name]: value }) });
  } catch {
    return "the arguments of the call cannot be read";
  }
}

export function withPayload(call: ToolCall, payload: CallPayload): ToolCall {
  return { ...call, payload };
}

import type { FunctionCallOutputBody } from "@codex-ts/protocol/models";
import type { Session } from "../thread/session.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { JsonSchema } from "./parameters.ts";

/** A tool as the request lists it. */
export type ToolSpec =
  | { type: "function"; name: string; description: string; strict: boolean; parameters: JsonSchema }
  | {
      type: "custom";
      name: string;
      description: string;
      format: { type: "grammar"; syntax: "lark"; definition: string };
    }
  | { type: "web_search"; external_web_access: boolean }
  | { type: "local_shell" };

/** What a model's call carries, by the kind of item it came in. */
export type CallPayload =
  | { kind: "function"; arguments: string }
  | { kind: "custom"; input: string }
  | { kind: "localShell"; command: string[]; workdir: string | undefined; timeoutMs: number | undefined };

export interface ToolCall {
  callId: string;
  /** The name the model used (an alias such as `container.exec` stays visible in messages). */
  name: string;
  payload: CallPayload;
}

/** What the model reads as the result of its call. */
export interface ToolResult {
  body: FunctionCallOutputBody;
}

/** Everything a tool may touch while it runs. */
export interface ToolContext {
  session: Session;
  turn: TurnScope;
  /** Aborted when the turn is interrupted. */
  signal: AbortSignal;
}

/** One tool: what the model is told about it, and what happens when the model calls it. */
export interface Tool {
  /** Names it answers to; the first is its own. */
  names: readonly [string, ...string[]];
  /** Payload kinds it takes; any other ends the turn. */
  accepts: readonly CallPayload["kind"][];
  /** Calls may run beside each other; otherwise a call has the tools to itself. */
  parallel: boolean;
  /** How the request lists it; null: answers calls but is not offered. */
  spec: ToolSpec | null;
  /** Throws `RespondToModel` for a failure the model should read; any other error ends the turn. */
  run(call: ToolCall, context: ToolContext): Promise<ToolResult>;
}

/** A failure whose text is the model's to read: it becomes the output of the call and the turn goes on. */
export class RespondToModel extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RespondToModel";
  }
}

export function functionSpec(name: string, description: string, parameters: JsonSchema): ToolSpec {
  return { type: "function", name, description, strict: false, parameters };
}

/** The JSON arguments of a function call (a tool that accepts only functions may rely on it). */
export function functionArguments(call: ToolCall): string {
  return call.payload.kind === "function" ? call.payload.arguments : "";
}

import type { JsonValue } from "@codex-ts/protocol";
import type { FunctionCallOutputBody } from "@codex-ts/protocol/models";
import type { ToolUse } from "../approvals/slots.ts";
import type { Session } from "../thread/session.ts";
import type { Remark } from "../turn/remarks.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { FunctionSpec, NamespaceSpec, ToolGroup, ToolSpec } from "./tool-spec.ts";

export { functionSpec, type ToolSpec } from "./tool-spec.ts";

/** What a model's call carries, by the kind of item it came in. */
export type CallPayload =
  | { kind: "function"; arguments: string }
  | { kind: "custom"; input: string }
  | { kind: "localShell"; command: string[]; workdir: string | undefined; timeoutMs: number | undefined }
  | { kind: "toolSearch"; arguments: unknown };

export interface ToolCall {
  callId: string;
  /** The name as messages show it: namespace and name (an alias such as `container.exec` stays visible). */
  name: string;
  /** The name alone, and the namespace it was called in. */
  tool: string;
  namespace: string | null;
  payload: CallPayload;
}

/** What the model reads as the result of its call. */
export interface ToolResult {
  body: FunctionCallOutputBody;
  /** Only of `tool_search`: what was found. */
  found?: ToolSpec[];
  /** What a PostToolUse hook is shown as the tool's answer; absent: the call did not succeed, or there is none for it. */
  hookResponse?: JsonValue;
  /** The call the hook is told about, when it is not this one. */
  hookUse?: ToolUse;
}

/** Everything a tool may touch while it runs. */
export interface ToolContext {
  session: Session;
  turn: TurnScope;
  /** Aborted when the turn is interrupted. */
  signal: AbortSignal;
  /** What the call tells the model beside its output. */
  remark: Remark;
}

/** What a deferred tool is found by. */
export interface SearchFacts {
  /** All words that count: names, description, names of parameters, server, connector. */
  text: string;
  /** Where it comes from: results are limited for each source on its own. */
  bucket: string;
  /** Most results of this source when the search names no limit. Default 8. */
  bucketLimit?: number;
}

/** One tool: what the model is told about it, and what happens when the model calls it. */
export interface Tool {
  /** Names it answers to; the first is its own. */
  names: readonly [string, ...string[]];
  /** The namespace it is called in, and what the model is told about that. Default: none. */
  namespace?: Omit<NamespaceSpec, "type" | "tools">;
  /** Its place in the list. Default: among the dynamic tools, which come last. */
  group?: ToolGroup;
  /** Payload kinds it takes; any other ends the turn. */
  accepts: readonly CallPayload["kind"][];
  /** Calls may run beside each other; otherwise a call has the tools to itself. */
  parallel: boolean;
  /** Its calls change nothing: they need not wait for the snapshot that undo goes back to. Default: they may. */
  readOnly?: true;
  /** The MCP server that it is a tool of. */
  server?: ToolServer;
  /** How the request lists it; null: answers calls but is not offered. A tool in a namespace is a function. */
  spec: ToolSpec | null;
  /** Set: it answers calls, but the model only learns of it by `tool_search`. */
  deferred?: SearchFacts;
  /** What tool hooks are told about a call; null or absent: there are no hooks for it. */
  hookUse?(call: ToolCall): Omit<ToolUse, "toolUseId"> | null;
  /** The call with the input that a hook wants instead of what `hookUse` told; a text says what is wrong with it. Absent: never. */
  replaceInput?(call: ToolCall, input: unknown): ToolCall | string;
  /** The output of a call that was interrupted, when it is not the text itself. */
  abortedBody?(text: string): FunctionCallOutputBody;
  /** Called once before the first turn that has the tool: what `spec` needs is made ready. */
  prepare?(): Promise<void>;
  /** Throws `RespondToModel` for a failure the model should read; any other error ends the turn. */
  run(call: ToolCall, context: ToolContext): Promise<ToolResult>;
}

export interface ToolServer {
  name: string;
  /** `stdio`, or the scheme, host and port of its address; null: not known. */
  origin: string | null;
}

/** A tool that the model's server runs itself: it is only listed. */
export interface HostedTool {
  group: ToolGroup;
  spec: ToolSpec;
}

/** Tools that come from somewhere else (servers, agents), asked anew for each turn. */
export interface ToolProvider {
  tools(turn: TurnScope): readonly Tool[];
}

/** A failure whose text is the model's to read: it becomes the output of the call and the turn goes on. */
export class RespondToModel extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RespondToModel";
  }
}

/** A hook stopped the call before anything happened. */
export class BlockedByHook extends RespondToModel {
  constructor(message: string) {
    super(message);
    this.name = "BlockedByHook";
  }
}

/** The JSON arguments of a function call (a tool that accepts only functions may rely on it). */
export function functionArguments(call: ToolCall): string {
  return call.payload.kind === "function" ? call.payload.arguments : "";
}

/** The spec of a tool that stands in a namespace or is deferred: these are always functions. */
export function isFunctionSpec(spec: ToolSpec | null): spec is FunctionSpec {
  return spec?.type === "function";
}

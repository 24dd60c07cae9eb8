export type McpErrorCode =
  | "invalid_server_name"
  | "unknown_server"
  | "startup_failed"
  | "startup_timeout"
  | "startup_cancelled"
  | "required_servers"
  | "auth_required"
  | "environment_variable"
  | "unsupported"
  | "tool_disabled"
  | "arguments"
  | "call_failed"
  | "timeout"
  | "rpc"
  | "connection_closed"
  | "session_lost"
  | "unexpected_response"
  | "oauth";

/** What went wrong with a server, a call or a login. `cause` tells why; `errorChain` gives all of it. */
export class McpError extends Error {
  readonly code: McpErrorCode;

  constructor(code: McpErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "McpError";
    this.code = code;
  }
}

/** A JSON-RPC error that the server answered with. */
export class McpRpcError extends McpError {
  readonly rpcCode: number;
  readonly data: unknown;
  /** The server's own words. */
  readonly rpcMessage: string;

  constructor(rpcCode: number, rpcMessage: string, data?: unknown) {
    super(
      "rpc",
      `Mcp error: ${rpcCode}: ${rpcMessage}${data === undefined || data === null ? "" : `(${JSON.stringify(data)})`}`,
    );
    this.name = "McpRpcError";
    this.rpcCode = rpcCode;
    this.rpcMessage = rpcMessage;
    this.data = data;
  }
}

/** The provider itself said no; its words are in the message. */
export class OauthProviderError extends McpError {
  readonly provider = true;

  constructor(message: string, options?: { cause?: unknown }) {
    super("oauth", message, options);
    this.name = "OauthProviderError";
  }
}

/** An error's message and those of its causes, outermost first. */
export function errorChain(error: unknown): string[] {
  const chain: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null && chain.length < 16; ) {
    chain.push(at instanceof Error ? at.message : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}

/** The chain as the model reads it: the message, then what caused it. */
export function errorReport(error: unknown): string {
  const [top = "", ...causes] = errorChain(error);
  if (causes.length === 0) return top;
  const lines = causes.length === 1 ? causes : causes.map((cause, index) => `${index}: ${cause}`);
  return `${top}\n\nCaused by:\n${lines.map(line => `    ${line.replaceAll("\n", "\n    ")}`).join("\n")}`;
}

/** Milliseconds as `500ms`, `1s`, `1.5s`, `120s`. */
export function durationText(ms: number): string {
  return ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
}

import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  InitializeResultSchema,
  type JSONRPCRequest,
  type Notification,
  type Request,
  type Result,
  ResultSchema,
  McpError as SdkError,
} from "@modelcontextprotocol/sdk/types.js";
import { Deadline, type McpClock } from "../clock.ts";
import { durationText, McpError, McpRpcError } from "../errors.ts";
import {
  answerWithoutAsking,
  type AskPerson,
  cancelled,
  type ElicitationPolicy,
  elicitationResult,
} from "./elicitation.ts";
import { isElicitation, readElicitation } from "./elicitation-request.ts";

/** What a server said in the handshake. */
export interface ServerFacts {
  protocolVersion: string;
  name: string;
  version: string;
  title: string | null;
  instructions: string | null;
  capabilities: Record<string, unknown>;
}

export interface SdkClientOptions {
  server: string;
  version: string;
  clock: McpClock;
  ask: AskPerson;
  policy: () => ElicitationPolicy;
  log: (message: string) => void;
}

export interface RequestLimits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** What a time-out says was waited for: `awaiting tools/call`. */
  what: string;
}

/** Private code under which a transport reports that an answer will not come. */
export const LOST_ANSWER = -32900;

const PROTOCOL_VERSION = "2025-06-18";
/** Limits are kept here, so that they can stand still; the SDK's own never strikes. */
const NO_LIMIT = 2 ** 31 - 1;
const METHOD_NOT_FOUND = -32601;
/** So much of an answer that is none is shown, characters. */
const SHOWN_ANSWER = 1000;

/** One connection in the SDK's protocol, with our handshake, limits that stand still during questions, and answers to what servers ask. */
export class SdkClient extends Protocol<Request, Notification, Result> {
  private readonly settings: SdkClientOptions;
  private readonly deadlines = new Set<Deadline>();
  private questions = 0;
  private nextProgressToken = 0;

  constructor(settings: SdkClientOptions) {
    super();
    this.settings = settings;
    this.onerror = error => settings.log(error.message);
    this.fallbackNotificationHandler = async ({ method, params }) =>
      settings.log(`${method} ${JSON.stringify(params ?? {}).slice(0, 500)}`);
    this.removeNotificationHandler("notifications/progress");
    this.fallbackRequestHandler = (request, extra) => this.answer(request, extra.signal);
  }

  /** Connects and shakes hands. Throws the cause in the words of a start-up failure. */
  async open(transport: Transport, limits: RequestLimits): Promise<ServerFacts> {
    await super.connect(transport);
    try {
      const params = {
        protocolVersion: PROTOCOL_VERSION,
        capabilities: { elicitation: { form: {} } },
        clientInfo: { name: "codex-mcp-client", title: "Codex", version: this.settings.version },
      };
      const answer = await this.limited({ method: "initialize", params }, limits);
      const read = InitializeResultSchema.safeParse(answer);
      if (!read.success) {
        const shown = JSON.stringify(answer).slice(0, SHOWN_ANSWER);
        throw new McpError("startup_failed", `expect initialized result, but received: ${shown}`);
      }
      const result = read.data;
      transport.setProtocolVersion?.(result.protocolVersion);
      await this.notification({ method: "notifications/initialized" });
      return {
        protocolVersion: result.protocolVersion,
        name: result.serverInfo.name,
        version: result.serverInfo.version,
        title: result.serverInfo.title ?? null,
        instructions: result.instructions ?? null,
        capabilities: { ...result.capabilities },
      };
    } catch (error) {
      throw handshakeFailure(error);
    }
  }

  /** Sends a request and gives its result as it came. Throws `McpError`. */
  async ask(method: string, params: Record<string, unknown>, limits: RequestLimits): Promise<Record<string, unknown>> {
    const { progressToken: _, ...meta } = { progressToken: null, ...(params["_meta"] as object | undefined) };
    const withToken = { ...params, _meta: { progressToken: this.nextProgressToken++, ...meta } };
    try {
      return await this.limited({ method, params: withToken }, limits);
    } catch (error) {
      throw readFailure(error);
    }
  }

  private async limited(request: Request, limits: RequestLimits): Promise<Result> {
    const stop = new AbortController();
    const { signal } = limits;
    const interrupted = (): void => stop.abort(new SdkError(0, "interrupted"));
    if (signal?.aborted) throw new McpError("connection_closed", "interrupted");
    signal?.addEventListener("abort", interrupted, { once: true });
    let late: McpError | null = null;
    const deadline = new Deadline(this.settings.clock, limits.timeoutMs, () => {
      late = new McpError("timeout", `timed out ${limits.what} after ${durationText(limits.timeoutMs)}`);
      stop.abort(late.message);
    });
    for (let held = 0; held < this.questions; held++) deadline.hold();
    this.deadlines.add(deadline);
    try {
      return await this.request(request, ResultSchema, { signal: stop.signal, timeout: NO_LIMIT });
    } catch (error) {
      throw late ?? error;
    } finally {
      deadline.stop();
      this.deadlines.delete(deadline);
      signal?.removeEventListener("abort", interrupted);
    }
  }

  /** What the server asks of us. Questions to the person are passed on; folders are none; the rest is not known here. */
  private async answer(request: JSONRPCRequest, signal: AbortSignal): Promise<Result> {
    if (request.method === "roots/list") return { roots: [] };
    if (request.method !== "elicitation/create" || !isElicitation({ ...request.params })) {
      throw Object.assign(new Error(request.method), { code: METHOD_NOT_FOUND });
    }
    const { server, policy, ask } = this.settings;
    const question = readElicitation(server, request.id, { ...request.params });
    if (question === null) return elicitationResult(cancelled);
    const ready = answerWithoutAsking(policy(), question);
    if (ready !== null) return elicitationResult(ready);
    this.questions++;
    for (const deadline of this.deadlines) deadline.hold();
    try {
      return elicitationResult(await ask(question, signal));
    } finally {
      this.questions--;
      for (const deadline of this.deadlines) deadline.release();
    }
  }

  protected assertCapabilityForMethod(): void {}
  protected assertNotificationCapability(): void {}
  protected assertRequestHandlerCapability(): void {}
  protected assertTaskCapability(): void {}
  protected assertTaskHandlerCapability(): void {}
}

const CONNECTION_CLOSED = -32000;

/** The server's own words, without what the SDK puts before them. */
function plainMessage(error: SdkError): string {
  return error.message.replace(/^MCP error -?\d+: /, "");
}

function readFailure(error: unknown): McpError {
  if (error instanceof McpError) return error;
  if (error instanceof SdkError) {
    const closed = error.code === CONNECTION_CLOSED && plainMessage(error) === "Connection closed";
    if (closed || error.code === LOST_ANSWER) return new McpError("connection_closed", "Transport closed");
    return new McpRpcError(error.code, plainMessage(error), error.data);
  }
  const status: unknown = error instanceof Error ? Reflect.get(error, "code") : null;
  if (status === 401) return new McpError("auth_required", "Auth required");
  if (status === 404) return new McpError("session_lost", "Session expired");
  const message = error instanceof Error ? error.message : String(error);
  if (message === "Not connected") return new McpError("connection_closed", "Transport closed");
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return new McpError("connection_closed", `Transport send error: ${message}${cause}`);
}

function handshakeFailure(error: unknown): McpError {
  const failure = readFailure(error);
  if (failure.code === "timeout") return new McpError("startup_timeout", failure.message);
  const why = (): string => {
    if (failure instanceof McpRpcError) {
      const data = failure.data === undefined ? "" : `(${JSON.stringify(failure.data)})`;
      return `JSON-RPC error: ${failure.rpcCode}: ${failure.rpcMessage}${data}`;
    }
    if (failure.message === "Transport closed") return "connection closed: initialize response";
    return failure.message;
  };
  const code = failure.code === "auth_required" ? "auth_required" : "startup_failed";
  return new McpError(code, `handshaking with MCP server failed: ${why()}`);
}

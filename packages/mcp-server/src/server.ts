import path from "node:path";
import { type CliOverride, ConfigError, jsonOverrides } from "@codex-ts/config";
import type { Runtime, Thread } from "@codex-ts/core";
import { callResult, runCall, type RunningCall, sessionConfigured } from "./conversation.ts";
import { type Incoming, isObject, type JsonObject, type RequestId } from "./json.ts";
import { type CodexParams, ParamsError, readCodexParams, readReplyParams } from "./params.ts";
import { whyNoThreadId } from "./thread-id.ts";
import { TOOLS } from "./tools.ts";

/** What the client's handshake says about it. */
export interface McpClientFacts {
  name: string;
  version: string;
}

export interface McpServerOptions {
  /** Version that clients see. */
  version: string;
  /** How the agent names itself and its client to model servers. */
  userAgent: (client: McpClientFacts) => string;
  /** Makes the agent when the first conversation begins. */
  runtime: (userAgent: string) => Runtime | Promise<Runtime>;
  /** The `-c` flags that the runtime was made with; a call's own settings come on top of them. */
  cliOverrides?: readonly CliOverride[];
  /** Where relative folders start. */
  cwd: string;
  /** One line for the log, never for the client. */
  log?: (text: string) => void;
}

const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const UNANSWERED = /^(?:resources|prompts)\/|^logging\/setLevel$|^completion\/complete$/;

/** The agent as an MCP server: one client, any number of conversations at once. */
export class AgentMcpServer {
  private readonly options: McpServerOptions;
  private readonly send: (message: JsonObject) => void;
  private readonly running = new Map<RequestId, RunningCall | "cancelled" | "starting">();
  private readonly waiting = new Map<RequestId, (result: unknown) => void>();
  private nextId = 0;
  private userAgent: string | null = null;
  private agent: Promise<Runtime> | null = null;

  constructor(options: McpServerOptions, send: (message: JsonObject) => void) {
    this.options = options;
    this.send = send;
  }

  /** Takes one message of the client. Never throws. */
  receive(message: Incoming): void {
    const { id, method, params } = message;
    if (method === undefined) this.answered(message);
    else if (id === undefined || id === null) this.notified(method, params);
    else this.request(id, method, isObject(params) ? params : {}, params);
  }

  /** The client is gone: conversations are interrupted and closed. */
  async close(): Promise<void> {
    for (const resolve of this.waiting.values()) resolve(null);
    this.waiting.clear();
    await (await this.agent?.catch(() => null))?.shutdown();
  }

  private answered({ id, result }: Incoming): void {
    if (id === undefined || id === null) return;
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    resolve?.(result ?? null);
  }

  private notified(method: string, params: unknown): void {
    if (method !== "notifications/cancelled" || !isObject(params)) return;
    const id = params["requestId"] as RequestId;
    const call = this.running.get(id);
    if (call === "starting") this.running.set(id, "cancelled");
    else if (typeof call === "object") call.interrupt();
  }

  private request(id: RequestId, method: string, params: JsonObject, raw: unknown): void {
    switch (method) {
      case "initialize":
        this.initialize(id, params);
        return;
      case "ping":
        this.result(id, {});
        return;
      case "tools/list":
        this.result(id, { tools: TOOLS });
        return;
      case "tools/call":
        void this.callTool(id, params);
        return;
      default:
        if (UNANSWERED.test(method)) this.options.log?.(`${method} is not answered: ${JSON.stringify(raw)}`);
        else this.error(id, METHOD_NOT_FOUND, `method not found: ${method}`, { method });
    }
  }

  private initialize(id: RequestId, params: JsonObject): void {
    if (this.userAgent !== null) {
      this.error(id, INVALID_REQUEST, "initialize called more than once");
      return;
    }
    const client = isObject(params["clientInfo"]) ? params["clientInfo"] : {};
    const { version, userAgent } = this.options;
    this.userAgent = userAgent({ name: String(client["name"] ?? "mcp"), version: String(client["version"] ?? "0") });
    this.result(id, {
      protocolVersion: params["protocolVersion"],
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: "codex-mcp-server", title: "Codex", version, user_agent: this.userAgent },
    });
  }

  private async callTool(id: RequestId, params: JsonObject): Promise<void> {
    const { name, arguments: args } = params;
    this.running.set(id, "starting");
    try {
      const meta = isObject(params["_meta"]) ? params["_meta"] : {};
      const progressToken = meta["progressToken"] as RequestId | undefined;
      const given = isObject(args) ? args : null;
      const result =
        name === "codex"
          ? await this.codex(id, given, progressToken)
          : name === "codex-reply"
            ? await this.reply(id, given, progressToken)
            : refusal(`Unknown tool '${String(name)}'`);
      if (result !== null) this.result(id, result);
    } catch (error) {
      this.result(id, refusal(`Codex runtime error: ${messageOf(error)}`));
    } finally {
      this.running.delete(id);
    }
  }

  private async codex(id: RequestId, args: JsonObject | null, progressToken?: RequestId): Promise<JsonObject | null> {
    if (args === null) return refusal("Missing arguments for codex tool-call; the `prompt` field is required.");
    let params: CodexParams;
    try {
      params = readCodexParams(args);
    } catch (error) {
      if (!(error instanceof ParamsError)) throw error;
      return refusal(`Failed to parse configuration for Codex tool: ${error.message}`);
    }
    const runtime = await this.runtime();
    const loaded = await this.loadConfig(runtime, params).catch((error: unknown) => {
      if (error instanceof ConfigError) return error.message;
      throw error;
    });
    if (typeof loaded === "string") return refusal(`Failed to load Codex configuration from overrides: ${loaded}`);
    const { config, requirements, layers, notices } = loaded;
    let thread: Thread;
    try {
      ({ thread } = await runtime.startThread({
        config,
        requirements,
        layers,
        notices,
        source: "mcp",
        rawEvents: true,
      }));
    } catch (error) {
      return refusal(`Failed to start Codex session: ${messageOf(error)}`);
    }
    const mcpServers = Object.entries(config.mcpServers).flatMap(([name, { enabled }]) => (enabled ? [name] : []));
    return this.finish(id, thread, params.prompt, {
      progressToken,
      turnId: String(id),
      opening: [sessionConfigured(thread, config)],
      mcpServers,
    });
  }

  private async reply(id: RequestId, args: JsonObject | null, progressToken?: RequestId): Promise<JsonObject | null> {
    if (args === null) {
      return refusal("Missing arguments for codex-reply tool-call; the `thread_id` and `prompt` fields are required.");
    }
    let prompt: string;
    let threadId: string | null;
    try {
      ({ prompt, threadId } = readReplyParams(args));
    } catch (error) {
      if (!(error instanceof ParamsError)) throw error;
      return refusal(`Failed to parse configuration for Codex tool: ${error.message}`);
    }
    const why = threadId === null ? "either threadId or conversationId must be provided" : whyNoThreadId(threadId);
    if (threadId === null || why !== null) return refusal(`Failed to parse thread_id: ${why}`);
    const thread = (await this.runtime()).thread(threadId.toLowerCase());
    if (thread === null) return callResult(threadId, `Session not found for thread_id: ${threadId}`, true);
    return this.finish(id, thread, prompt, { progressToken });
  }

  private async finish(
    requestId: RequestId,
    thread: Thread,
    prompt: string,
    more: { progressToken: RequestId | undefined; turnId?: string; opening?: JsonObject[]; mcpServers?: string[] },
  ): Promise<JsonObject | null> {
    if (this.running.get(requestId) === "cancelled") return null;
    const outlet = {
      notify: (method: string, params: JsonObject) => this.send({ jsonrpc: "2.0", method, params }),
      ask: (method: string, params: JsonObject) => this.ask(method, params),
    };
    const call = runCall(thread, { requestId, prompt, outlet, ...more });
    this.running.set(requestId, call);
    return call.done;
  }

  private loadConfig(runtime: Runtime, params: CodexParams) {
    const { model, profile, cwd, approvalPolicy, sandbox, config, baseInstructions } = params;
    const { developerInstructions, compactPrompt } = params;
    const overrides = {
      ...(model === null ? {} : { model }),
      ...(approvalPolicy === null ? {} : { approvalPolicy }),
      ...(sandbox === null ? {} : { sandboxMode: sandbox }),
      ...(baseInstructions === null ? {} : { baseInstructions }),
      ...(developerInstructions === null ? {} : { developerInstructions }),
      ...(compactPrompt === null ? {} : { compactPrompt }),
    };
    const cliOverrides = [...(this.options.cliOverrides ?? []), ...jsonOverrides(config as never)];
    return runtime.loadConfig({
      cwd: path.resolve(this.options.cwd, cwd ?? "."),
      overrides,
      ...(profile === null ? {} : { profile }),
      ...(cliOverrides.length === 0 ? {} : { cliOverrides }),
    });
  }

  private runtime(): Promise<Runtime> {
    const { runtime, userAgent } = this.options;
    this.agent ??= Promise.resolve(runtime(this.userAgent ?? userAgent({ name: "mcp", version: "0" })));
    return this.agent;
  }

  private ask(method: string, params: JsonObject): Promise<unknown> {
    const id = this.nextId++;
    return new Promise(resolve => {
      this.waiting.set(id, resolve);
      this.send({ jsonrpc: "2.0", id, method, params });
    });
  }

  private result(id: RequestId, result: JsonObject): void {
    this.send({ jsonrpc: "2.0", id, result });
  }

  private error(id: RequestId, code: number, message: string, data?: JsonObject): void {
    this.send({ jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } });
  }
}

/** A call that cannot be made is a result, not an error of the protocol: the model behind the client is to read it. */
function refusal(text: string): JsonObject {
  return { content: [{ type: "text", text }], isError: true };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

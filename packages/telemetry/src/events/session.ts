import type { Draft } from "../sink.ts";
import { type AuthEnvironment, authEnvironment, ms } from "./model.ts";

/** What is told when a session begins. */
export interface ConversationStart {
  providerName: string;
  reasoningEffort: string | null;
  reasoningSummary: string | null;
  contextWindow: number | null;
  autoCompactTokenLimit: number | null;
  approvalPolicy: string;
  sandboxPolicy: string;
  mcpServers: readonly string[];
  activeProfile: string | null;
}

export interface PromptFacts {
  /** The texts, one behind the other. */
  text: string;
  texts: number;
  images: number;
  localImages: number;
}

export type DecisionName =
  | "approved"
  | "approvedforsession"
  | "approvedexecpolicyamendment"
  | "networkpolicyamendment"
  | "denied"
  | "timedout"
  | "abort";

export interface ToolDecision {
  toolName: string;
  callId: string;
  decision: DecisionName;
  /** `Config`: settings, rules and hooks. */
  source: "Config" | "User" | "AutomatedReviewer";
}

export interface ToolResultFacts {
  toolName: string;
  callId: string;
  arguments: string;
  durationMs: number;
  success: boolean;
  output: string;
  /** The MCP server behind the tool, and where it is; null: the tool is built in. */
  mcpServer?: { name: string; origin: string | null } | null;
}

/** An event as logs know it, and as traces do: content and identity are for logs alone. */
export interface TwoForms {
  log: Draft;
  trace: Draft;
}

export function conversationStart(facts: ConversationStart, env: AuthEnvironment): TwoForms {
  const common: Draft = {
    provider_name: facts.providerName,
    ...authEnvironment(env),
    reasoning_effort: facts.reasoningEffort,
    reasoning_summary: facts.reasoningSummary,
    context_window: facts.contextWindow,
    auto_compact_token_limit: facts.autoCompactTokenLimit,
    approval_policy: facts.approvalPolicy,
    sandbox_policy: facts.sandboxPolicy,
  };
  return {
    log: { ...common, mcp_servers: facts.mcpServers.join(", "), active_profile: facts.activeProfile },
    trace: {
      ...common,
      mcp_server_count: facts.mcpServers.length,
      active_profile_present: facts.activeProfile !== null,
    },
  };
}

/** `told`: the settings want to know what people write. */
export function userPrompt(facts: PromptFacts, told: boolean): TwoForms {
  const prompt_length = String([...facts.text].length);
  return {
    log: { prompt_length, prompt: told ? facts.text : "[REDACTED]" },
    trace: {
      prompt_length,
      text_input_count: facts.texts,
      image_input_count: facts.images,
      local_image_input_count: facts.localImages,
    },
  };
}

export function toolDecision(facts: ToolDecision): Draft {
  return { tool_name: facts.toolName, call_id: facts.callId, decision: facts.decision, source: facts.source };
}

export function toolResult(facts: ToolResultFacts): TwoForms {
  const { toolName, callId, mcpServer = null } = facts;
  const common: Draft = {
    tool_name: toolName,
    call_id: callId,
    duration_ms: ms(facts.durationMs),
    success: String(facts.success),
  };
  return {
    log: {
      tool_name: toolName,
      call_id: callId,
      arguments: facts.arguments,
      duration_ms: ms(facts.durationMs),
      success: String(facts.success),
      output: facts.output,
      mcp_server: mcpServer?.name ?? "",
      mcp_server_origin: mcpServer?.origin ?? "",
    },
    trace: {
      ...common,
      arguments_length: Buffer.byteLength(facts.arguments),
      output_length: Buffer.byteLength(facts.output),
      output_line_count: lines(facts.output),
      tool_origin: mcpServer === null ? "builtin" : "mcp",
      mcp_tool: mcpServer !== null,
    },
  };
}

/** Lines, a last line break not counted. */
function lines(text: string): number {
  if (text === "") return 0;
  const breaks = text.split("\n").length;
  return text.endsWith("\n") ? breaks - 1 : breaks;
}

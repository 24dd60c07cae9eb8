import type { McpToolApproval, ToolInfo } from "@codex-ts/mcp";
import { mcpPermissionPromptIsAutoApproved } from "@codex-ts/mcp";
import type { JsonValue } from "@codex-ts/protocol";
import { decideWithoutPerson } from "../approvals/pipeline.ts";
import { TurnInterrupted } from "../errors.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { needsApproval, readAnnotations } from "./approval-needed.ts";
import { mcpSandbox } from "./policy.ts";
import type { SessionMcp } from "./session-mcp.ts";

/** Whether a call may run; a text is why not, for the model and the client. */
export type CallVerdict = { type: "run" } | { type: "refused"; message: string };

export const DECLINED = "user rejected MCP tool call";
export const CANCELLED = "user cancelled MCP tool call";

const RUN: CallVerdict = { type: "run" };
const DECLINE_TOKEN = "__codex_mcp_decline__";
const SESSION_OPTION = "Allow for this session";
const ALWAYS_OPTION = "Allow and don't ask me again";

/** A call that waits to be allowed. */
export interface PendingCall {
  callId: string;
  info: ToolInfo;
  /** As the model gave them; undefined: none. */
  arguments: unknown;
}

/** What a person chose. */
type Choice = "once" | "session" | "always" | "decline" | "cancel";

/** The way of a call to its permission (spec mcp.md 7), top to bottom. */
export async function approveCall(turn: TurnScope, mcp: SessionMcp, call: PendingCall): Promise<CallVerdict> {
  const { settings } = turn.context;
  if (mcpPermissionPromptIsAutoApproved(settings.approvalPolicy, mcpSandbox(settings.permissions))) return RUN;
  const mode = mcp.approvalMode(call.info);
  if (!needsApproval(readAnnotations(call.info.tool.annotations)) && mode !== "prompt") return RUN;
  let reason: string | null = null;
  if (mode === "approve") {
    const risk = await mcp.safetyMonitor(call, turn);
    if (risk.type === "ok") return RUN;
    if (risk.type === "block") {
      return { type: "refused", message: `Tool call was cancelled because of safety risks: ${risk.reason}` };
    }
    reason = risk.reason;
  }
  const sessionKey = mode === "auto" ? sessionKeyOf(call.info) : null;
  if (sessionKey !== null && mcp.remembered.has(sessionKey)) return RUN;

  const decision = await decideWithoutPerson(turn, {
    hook: {
      toolName: `${call.info.callableNamespace}${call.info.callableName}`,
      toolInput: (isObject(call.arguments) ? call.arguments : {}) as Record<string, JsonValue>,
      runSuffix: call.callId,
    },
    review: {
      kind: "mcp_tool_call",
      server: call.info.serverName,
      toolName: call.info.tool.name,
      details: reviewDetails(call),
    },
    targetItemId: call.callId,
    reason,
  });
  if (decision !== null) {
    if (decision.type === "denied") return { type: "refused", message: decision.reason };
    return decision.type === "abort" ? { type: "refused", message: DECLINED } : RUN;
  }
  const choice = await askPerson(turn, mcp, call, { reason, mode, sessionKey });
  switch (choice) {
    case "decline":
      return { type: "refused", message: DECLINED };
    case "cancel":
      if (turn.signal.aborted) throw new TurnInterrupted();
      return { type: "refused", message: CANCELLED };
    case "once":
      return RUN;
    case "session":
      if (sessionKey !== null) mcp.remembered.add(sessionKey);
      return RUN;
    case "always":
      if (sessionKey !== null) {
        mcp.remembered.add(sessionKey);
        await mcp.approveForGood(call.info);
      }
      return RUN;
  }
}

interface Asking {
  reason: string | null;
  mode: McpToolApproval;
  sessionKey: string | null;
}

async function askPerson(turn: TurnScope, mcp: SessionMcp, call: PendingCall, asking: Asking): Promise<Choice> {
  const { info } = call;
  const question = `mcp_tool_call_approval_${call.callId}`;
  const message = questionText(info, asking.reason);
  if (turn.session.config.features["tool_call_mcp_elicitation"] !== false) {
    const answer = await turn.ask("mcpServer/elicitation/request", {
      serverName: info.serverName,
      mode: "form",
      _meta: elicitationMeta(call, asking, mcp) as JsonValue,
      message,
      requestedSchema: { type: "object", properties: {} },
    });
    if (answer.type === "closed") return "cancel";
    return answer.type === "error" ? "decline" : readElicitationChoice(answer.value, question);
  }
  const labels = ["Allow", ...(asking.sessionKey === null ? [] : [SESSION_OPTION]), "Cancel"];
  const answer = await turn.ask("item/tool/requestUserInput", {
    itemId: call.callId,
    questions: [
      {
        id: question,
        header: "Approve app tool call?",
        question: message,
        isOther: false,
        isSecret: false,
        options: labels.map(label => ({ label, description: OPTION_TEXT[label] ?? "" })),
      },
    ],
  });
  return answer.type === "result" ? readLabels(answer.value, question) : "cancel";
}

const OPTION_TEXT: Readonly<Record<string, string>> = {
  Allow: "Run the tool and continue.",
  [SESSION_OPTION]: "Run the tool, and do not ask again about it in this session.",
  Cancel: "Do not run the tool.",
};

function questionText({ serverName, tool, connectorName, connectorId }: ToolInfo, reason: string | null): string {
  if (reason !== null) return `Tool call needs your approval. Reason: ${reason}`;
  const isApp = connectorId !== null || connectorName !== null;
  const who = connectorName ?? (isApp ? "this app" : `the ${serverName} MCP server`);
  return `Allow ${who} to run tool "${tool.name}"?`;
}

/** What a client needs to show the question. */
function elicitationMeta({ info, arguments: args }: PendingCall, { sessionKey }: Asking, mcp: SessionMcp): object {
  const choices = sessionKey === null ? [] : mcp.mayRemember(info) ? ["session", "always"] : ["session"];
  const { tool, connectorId, connectorName, connectorDescription } = info;
  const fromConnector = connectorId !== null || connectorName !== null || connectorDescription !== null;
  return {
    codex_approval_kind: "mcp_tool_call",
    ...(choices.length === 0 ? {} : { persist: choices.length === 1 ? choices[0] : choices }),
    ...(tool.title === undefined ? {} : { tool_title: tool.title }),
    ...(tool.description === undefined ? {} : { tool_description: tool.description }),
    ...(fromConnector ? { source: "connector" } : {}),
    ...(connectorId === null ? {} : { connector_id: connectorId }),
    ...(connectorName === null ? {} : { connector_name: connectorName }),
    ...(connectorDescription === null ? {} : { connector_description: connectorDescription }),
    ...(args === undefined ? {} : { tool_params: args }),
    ...(isObject(args) ? { tool_params_display: displayed(args) } : {}),
  };
}

function displayed(args: Record<string, unknown>): object[] {
  return Object.keys(args)
    .sort()
    .map(name => ({ name, value: args[name], display_name: name }));
}

function readElicitationChoice(value: unknown, question: string): Choice {
  if (!isObject(value)) return "decline";
  if (value["action"] === "cancel") return "cancel";
  if (value["action"] !== "accept") return "decline";
  const meta = isObject(value["_meta"]) ? value["_meta"] : {};
  if (meta["persist"] === "session") return "session";
  if (meta["persist"] === "always") return "always";
  const content = isObject(value["content"]) ? value["content"] : {};
  return content[question] === undefined ? "once" : choiceOfLabel(content[question]);
}

function readLabels(value: unknown, question: string): Choice {
  const answers = isObject(value) && isObject(value["answers"]) ? value["answers"] : {};
  const entry = answers[question];
  const given: unknown = isObject(entry) ? entry["answers"] : null;
  return Array.isArray(given) && given.length > 0 ? choiceOfLabel(given[0]) : "cancel";
}

function choiceOfLabel(label: unknown): Choice {
  switch (label) {
    case "Allow":
      return "once";
    case SESSION_OPTION:
      return "session";
    case ALWAYS_OPTION:
      return "always";
    case DECLINE_TOKEN:
      return "decline";
    default:
      return "cancel";
  }
}

function sessionKeyOf({ serverName, connectorId, tool }: ToolInfo): string | null {
  if (serverName === "codex_apps" && connectorId === null) return null;
  return JSON.stringify([serverName, connectorId, tool.name]);
}

function reviewDetails({ info, arguments: args }: PendingCall): Record<string, JsonValue> {
  const { destructiveHint, openWorldHint, readOnlyHint } = readAnnotations(info.tool.annotations);
  const hints = {
    ...(destructiveHint === undefined ? {} : { destructive_hint: destructiveHint }),
    ...(openWorldHint === undefined ? {} : { open_world_hint: openWorldHint }),
    ...(readOnlyHint === undefined ? {} : { read_only_hint: readOnlyHint }),
  };
  return {
    ...(args === undefined ? {} : { arguments: args as JsonValue }),
    ...(info.connectorId === null ? {} : { connector_id: info.connectorId }),
    ...(info.connectorName === null ? {} : { connector_name: info.connectorName }),
    ...(info.connectorDescription === null ? {} : { connector_description: info.connectorDescription }),
    ...(info.tool.title === undefined ? {} : { tool_title: info.tool.title }),
    ...(info.tool.description === undefined ? {} : { tool_description: info.tool.description }),
    ...(info.tool.annotations === undefined ? {} : { annotations: hints }),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

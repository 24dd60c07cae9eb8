import type { ThreadEvent, ThreadNotification } from "@codex-ts/core";
import type { ThreadItem } from "@codex-ts/protocol";
import type { JsonObject } from "../json.ts";
import {
  commandWords,
  execBegin,
  execEnd,
  fileChanges,
  mcpBegin,
  mcpEnd,
  parsedCommands,
  patchBegin,
  patchEnd,
  turnItem,
} from "./items.ts";

/** What the older events say that v2 notifications leave to their receiver. */
interface Memory {
  info: JsonObject | null;
  firstToken: number | null;
  startedAt: number;
  lastMessage: string | null;
  window: number | null;
  items: Map<string, ThreadItem>;
}

/** Turns what a thread says into the older events, in order (spec mcp.md 15). One for each call that listens. */
export class EventProjection {
  private readonly threadId: string;
  private readonly now: () => number;
  private readonly memory: Memory;

  constructor(threadId: string, window: number | null = null, now: () => number = Date.now) {
    this.threadId = threadId;
    this.now = now;
    this.memory = { info: null, firstToken: null, startedAt: now(), lastMessage: null, window, items: new Map() };
  }

  get lastMessage(): string | null {
    return this.memory.lastMessage;
  }

  /** What is known of an item that has started: the changes that an approval is about, say. */
  item(id: string): ThreadItem | undefined {
    return this.memory.items.get(id);
  }

  events(event: ThreadEvent): JsonObject[] {
    return event.kind === "request" ? this.request(event) : this.notification(event);
  }

  private request(event: Extract<ThreadEvent, { kind: "request" }>): JsonObject[] {
    switch (event.method) {
      case "item/commandExecution/requestApproval": {
        const { itemId, turnId, command, cwd, reason, commandActions, proposedExecpolicyAmendment } = event.params;
        const { availableDecisions } = event.params;
        return [
          {
            type: "exec_approval_request",
            call_id: itemId,
            turn_id: turnId,
            command: commandWords(command ?? ""),
            cwd: cwd ?? "",
            ...(reason ? { reason } : {}),
            ...(proposedExecpolicyAmendment ? { proposed_execpolicy_amendment: proposedExecpolicyAmendment } : {}),
            ...(availableDecisions ? { available_decisions: availableDecisions.map(coreDecision) } : {}),
            parsed_cmd: parsedCommands(commandActions ?? []),
          },
        ];
      }
      case "item/fileChange/requestApproval": {
        const { itemId, turnId, reason, grantRoot } = event.params;
        const item = this.memory.items.get(itemId);
        return [
          {
            type: "apply_patch_approval_request",
            call_id: itemId,
            turn_id: turnId,
            changes: item?.type === "fileChange" ? fileChanges(item) : {},
            ...(reason ? { reason } : {}),
            ...(grantRoot ? { grant_root: grantRoot } : {}),
          },
        ];
      }
      default:
        return [];
    }
  }

  private notification(event: ThreadNotification): JsonObject[] {
    const ids = { thread_id: this.threadId, turn_id: "turnId" in event.params ? event.params.turnId : null };
    switch (event.method) {
      case "turn/started": {
        const { memory } = this;
        memory.startedAt = this.now();
        memory.firstToken = null;
        memory.lastMessage = null;
        return [
          {
            type: "task_started",
            turn_id: event.params.turn.id,
            started_at: event.params.turn.startedAt,
            model_context_window: memory.window,
            collaboration_mode_kind: "default",
          },
        ];
      }
      case "turn/completed":
        return this.turnCompleted(event.params.turn);
      case "item/started":
        this.memory.items.set(event.params.item.id, event.params.item);
        return this.started(event.params.item, ids);
      case "item/completed":
        this.memory.items.delete(event.params.item.id);
        return this.completed(event.params.item, ids);
      case "item/agentMessage/delta":
        this.sawToken();
        return [
          { type: "agent_message_content_delta", ...ids, item_id: event.params.itemId, delta: event.params.delta },
          { type: "agent_message_delta", delta: event.params.delta },
        ];
      case "item/plan/delta":
        return [{ type: "plan_delta", ...ids, item_id: event.params.itemId, delta: event.params.delta }];
      case "item/reasoning/summaryTextDelta": {
        this.sawToken();
        const { itemId, delta, summaryIndex } = event.params;
        return [
          { type: "reasoning_content_delta", ...ids, item_id: itemId, delta, summary_index: summaryIndex },
          { type: "agent_reasoning_delta", delta },
        ];
      }
      case "item/reasoning/textDelta": {
        this.sawToken();
        const { itemId, delta, contentIndex } = event.params;
        return [
          { type: "reasoning_raw_content_delta", ...ids, item_id: itemId, delta, content_index: contentIndex },
          { type: "agent_reasoning_raw_content_delta", delta },
        ];
      }
      case "item/reasoning/summaryPartAdded":
        return [
          {
            type: "agent_reasoning_section_break",
            item_id: event.params.itemId,
            summary_index: event.params.summaryIndex,
          },
        ];
      case "item/commandExecution/outputDelta": {
        const { itemId, delta } = event.params;
        const chunk = Buffer.from(delta).toString("base64");
        return [{ type: "exec_command_output_delta", call_id: itemId, stream: "stdout", chunk }];
      }
      case "item/commandExecution/terminalInteraction": {
        const { itemId, processId, stdin } = event.params;
        return [{ type: "terminal_interaction", call_id: itemId, process_id: processId, stdin }];
      }
      case "turn/diff/updated":
        return [{ type: "turn_diff", unified_diff: event.params.diff }];
      case "turn/plan/updated": {
        const plan = event.params.plan.map(({ step, status }) => ({
          step,
          status: status === "inProgress" ? "in_progress" : status,
        }));
        return [{ type: "plan_update", explanation: event.params.explanation, plan }];
      }
      case "thread/tokenUsage/updated":
        this.memory.info = snakeCased(event.params.tokenUsage, USAGE_NAMES);
        return [];
      case "account/rateLimits/updated":
        return [{ type: "token_count", info: this.memory.info, rate_limits: snakeCased(event.params.rateLimits, {}) }];
      case "rawResponseItem/completed":
        return [{ type: "raw_response_item", item: event.params.item }];
      case "deprecationNotice":
        return [{ type: "deprecation_notice", ...event.params }];
      case "warning":
        return [{ type: "warning", message: event.params.message }];
      case "error": {
        const { error, willRetry } = event.params;
        const info = snakeCasedInfo(error.codexErrorInfo);
        return willRetry
          ? [
              {
                type: "stream_error",
                message: error.message,
                codex_error_info: info,
                additional_details: error.additionalDetails,
              },
            ]
          : [{ type: "error", message: error.message, codex_error_info: info }];
      }
      case "model/rerouted": {
        const { fromModel, toModel, reason } = event.params;
        return [{ type: "model_reroute", from_model: fromModel, to_model: toModel, reason }];
      }
      case "model/verification":
        return [{ type: "model_verification", verifications: ["trusted_access_for_cyber"] }];
      case "mcpServer/startupStatus/updated": {
        const { name, status, error } = event.params;
        return [
          { type: "mcp_startup_update", server: name, status: { state: status, ...(error === null ? {} : { error }) } },
        ];
      }
      default:
        return [];
    }
  }

  private started(item: ThreadItem, ids: JsonObject): JsonObject[] {
    const plain = turnItem(item);
    if (plain !== null) return [{ type: "item_started", ...ids, item: plain }];
    const turnId = String(ids["turn_id"]);
    switch (item.type) {
      case "commandExecution":
        return [execBegin(item, turnId)];
      case "fileChange":
        return [patchBegin(item, turnId)];
      case "mcpToolCall":
        return [mcpBegin(item)];
      default:
        return [];
    }
  }

  private completed(item: ThreadItem, ids: JsonObject): JsonObject[] {
    const plain = turnItem(item);
    const turnId = String(ids["turn_id"]);
    if (plain !== null) return [{ type: "item_completed", ...ids, item: plain }, ...this.older(item)];
    switch (item.type) {
      case "commandExecution":
        return [execEnd(item, turnId)];
      case "fileChange":
        return [patchEnd(item, turnId)];
      case "mcpToolCall":
        return [mcpEnd(item)];
      default:
        return [];
    }
  }

  /** Events that said the same before there were items. */
  private older(item: ThreadItem): JsonObject[] {
    switch (item.type) {
      case "userMessage": {
        const texts = item.content.flatMap(part => (part.type === "text" ? [part.text] : []));
        const images = item.content.flatMap(part => (part.type === "image" ? [part.url] : []));
        const local = item.content.flatMap(part => (part.type === "localImage" ? [part.path] : []));
        return [{ type: "user_message", message: texts.join(""), images, local_images: local, text_elements: [] }];
      }
      case "agentMessage":
        this.sawToken();
        this.memory.lastMessage = item.text;
        return [
          { type: "agent_message", message: item.text, phase: item.phase ?? null, memory_citation: citationOf(item) },
        ];
      case "reasoning":
        return [
          ...item.summary.map(text => ({ type: "agent_reasoning", text })),
          ...item.content.map(text => ({ type: "agent_reasoning_raw_content", text })),
        ];
      case "contextCompaction":
        return [{ type: "context_compacted" }];
      default:
        return [];
    }
  }

  private turnCompleted(
    turn: Extract<ThreadNotification, { method: "turn/completed" }>["params"]["turn"],
  ): JsonObject[] {
    const end = { completed_at: turn.completedAt, duration_ms: turn.durationMs };
    if (turn.status === "interrupted")
      return [{ type: "turn_aborted", turn_id: turn.id, reason: "interrupted", ...end }];
    if (turn.status === "failed") return [];
    const { lastMessage, firstToken } = this.memory;
    return [
      {
        type: "task_complete",
        turn_id: turn.id,
        last_agent_message: lastMessage,
        ...end,
        time_to_first_token_ms: firstToken,
      },
    ];
  }

  private sawToken(): void {
    this.memory.firstToken ??= this.now() - this.memory.startedAt;
  }
}

const DECISION_NAMES: Readonly<Record<string, string>> = {
  accept: "approved",
  acceptForSession: "approved_for_session",
  decline: "denied",
  cancel: "abort",
};

/** A decision that a client may take, in the words of core. */
function coreDecision(decision: unknown): unknown {
  if (typeof decision === "string") return DECISION_NAMES[decision] ?? decision;
  const amendment: unknown = Reflect.get(decision as object, "acceptWithExecpolicyAmendment");
  if (typeof amendment !== "object" || amendment === null) return snakeCased(decision as object, {});
  const words: unknown = Reflect.get(amendment, "execpolicy_amendment");
  return { approved_execpolicy_amendment: { proposed_execpolicy_amendment: words } };
}

const USAGE_NAMES: Readonly<Record<string, string>> = { total: "total_token_usage", last: "last_token_usage" };

/** The same value with the names that core uses. */
function snakeCased(value: object, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      names[name] ?? snake(name),
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? snakeCased(member as object, {})
        : member,
    ]),
  );
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}

function snakeCasedInfo(info: unknown): unknown {
  if (typeof info === "string") return snake(info);
  return typeof info === "object" && info !== null ? snakeCased(info, {}) : info;
}

/** Sources under the names that events have for them. */
function citationOf({ memoryCitation }: Extract<ThreadItem, { type: "agentMessage" }>) {
  return memoryCitation === null ? null : { entries: memoryCitation.entries, rolloutIds: memoryCitation.threadIds };
}

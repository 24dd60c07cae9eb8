import type { HookEventName } from "./names.ts";

/** What every event tells a handler. */
export interface HookContext {
  readonly sessionId: string;
  /** The session file; null for a thread that is not kept. */
  readonly transcriptPath: string | null;
  /** Absolute; handlers run here. */
  readonly cwd: string;
  readonly model: string;
  readonly permissionMode: "default" | "bypassPermissions";
  /** The running turn. SessionStart does not tell it to handlers. */
  readonly turnId: string;
}

export interface SessionStartEvent extends HookContext {
  readonly event: "SessionStart";
  readonly source: "startup" | "resume" | "clear";
}

export interface UserPromptSubmitEvent extends HookContext {
  readonly event: "UserPromptSubmit";
  readonly prompt: string;
}

interface ToolFacts {
  readonly toolName: string;
  /** Other names that select handlers; handlers never see them. */
  readonly aliases?: readonly string[];
  readonly toolInput: unknown;
}

/** What may replace the input of the tool at hand. */
interface ReplaceableInput {
  /**
   * Says what is wrong with a replacement for `toolInput`; null when it can be used. Without this, nothing can be replaced and an
   * `updatedInput` makes the run fail.
   */
  readonly checkInput?: (updated: unknown) => string | null;
}

export interface PreToolUseEvent extends HookContext, ToolFacts, ReplaceableInput {
  readonly event: "PreToolUse";
  readonly toolUseId: string;
}

export interface PermissionRequestEvent extends HookContext, ToolFacts, ReplaceableInput {
  readonly event: "PermissionRequest";
  /** Last part of the run id: the call's id, `<call id>:retry`, `network#…`. */
  readonly runIdSuffix: string;
}

export interface PostToolUseEvent extends HookContext, ToolFacts {
  readonly event: "PostToolUse";
  readonly toolUseId: string;
  readonly toolResponse: unknown;
}

export interface StopEvent extends HookContext {
  readonly event: "Stop";
  /** A Stop hook has already made this turn go on. */
  readonly stopHookActive: boolean;
  readonly lastAssistantMessage: string | null;
}

/** Something that happened, to be told to the handlers. */
export type HookEvent =
  | SessionStartEvent
  | UserPromptSubmitEvent
  | PreToolUseEvent
  | PermissionRequestEvent
  | PostToolUseEvent
  | StopEvent;

export type EventOf<N extends HookEventName> = Extract<HookEvent, { event: N }>;

/** What a matcher of this event is held against; null where matchers do not count. */
export function matchInputs(event: HookEvent): readonly string[] | null {
  switch (event.event) {
    case "PreToolUse":
    case "PermissionRequest":
    case "PostToolUse":
      return event.aliases === undefined ? [event.toolName] : [event.toolName, ...event.aliases];
    case "SessionStart":
      return [event.source];
    case "UserPromptSubmit":
    case "Stop":
      return null;
  }
}

/** The object that a handler reads, its fields in the order of the spec (hooks §5). */
export function handlerInput(event: HookEvent): Readonly<Record<string, unknown>> {
  const thread = {
    transcript_path: event.transcriptPath,
    cwd: event.cwd,
    hook_event_name: event.event,
    model: event.model,
    permission_mode: event.permissionMode,
  };
  if (event.event === "SessionStart") return { session_id: event.sessionId, ...thread, source: event.source };
  const turn = { session_id: event.sessionId, turn_id: event.turnId, ...thread };
  switch (event.event) {
    case "UserPromptSubmit":
      return { ...turn, prompt: event.prompt };
    case "PreToolUse":
      return { ...turn, tool_name: event.toolName, tool_input: event.toolInput, tool_use_id: event.toolUseId };
    case "PermissionRequest":
      return { ...turn, tool_name: event.toolName, tool_input: event.toolInput };
    case "PostToolUse":
      return {
        ...turn,
        tool_name: event.toolName,
        tool_input: event.toolInput,
        tool_response: event.toolResponse,
        tool_use_id: event.toolUseId,
      };
    case "Stop":
      return {
        ...turn,
        stop_hook_active: event.stopHookActive,
        last_assistant_message: event.lastAssistantMessage,
      };
  }
}

/** The part of a run id behind the path; null when there is none. */
export function runIdSuffix(event: HookEvent): string | null {
  switch (event.event) {
    case "PreToolUse":
    case "PostToolUse":
      return event.toolUseId;
    case "PermissionRequest":
      return event.runIdSuffix;
    default:
      return null;
  }
}

import * as z from "zod/mini";
import type { EventOf, HookEvent } from "./events/event.ts";
import type { HookEventName } from "./events/names.ts";
import { HOOK_SCHEMAS } from "./schema/by-event.ts";
import { keyPath } from "./config/read-source.ts";

/** A sample is not what handlers of its event read. */
export class HookSampleError extends Error {
  readonly code = "hook_sample";

  constructor(message: string) {
    super(message);
    this.name = "HookSampleError";
  }
}

/** What a sample takes from where it is tried. */
export interface SampleFacts {
  /** Absolute folder in which handlers run. */
  readonly cwd: string;
  readonly model: string;
  readonly permissionMode: "default" | "bypassPermissions";
}

const ID = "00000000-0000-7000-8000-000000000000";
const TOOL = { tool_name: "Bash", tool_input: { command: "echo hello" } };
const USED = { ...TOOL, tool_use_id: "call_sample" };

const OWN: Readonly<Record<HookEventName, Readonly<Record<string, unknown>>>> = {
  SessionStart: { source: "startup" },
  UserPromptSubmit: { prompt: "hello" },
  PreToolUse: USED,
  PermissionRequest: TOOL,
  PostToolUse: { ...USED, tool_response: "hello\n" },
  Stop: { stop_hook_active: false, last_assistant_message: "done" },
};

/**
 * An event to try handlers with: an ordinary one, with the given members of its input instead.
 * @throws HookSampleError when that is no input of this event; the message names the member
 */
export function sampleEvent<N extends HookEventName>(name: N, input: unknown, facts: SampleFacts): EventOf<N> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new HookSampleError("the input must be a JSON object");
  }
  const whole: Record<string, unknown> = {
    session_id: ID,
    ...(name === "SessionStart" ? {} : { turn_id: ID }),
    transcript_path: null,
    cwd: facts.cwd,
    hook_event_name: name,
    model: facts.model,
    permission_mode: facts.permissionMode,
    ...OWN[name],
    ...input,
  };
  const parsed = z.safeParse(HOOK_SCHEMAS[name].input, whole);
  if (!parsed.success) throw new HookSampleError(`the input does not fit ${name}: ${issueText(parsed.error)}`);
  // The schema has just said that these are the members and types of the event.
  return eventOf(name, whole as unknown as Written) as EventOf<N>;
}

interface Written {
  session_id: string;
  turn_id?: string;
  transcript_path: string | null;
  cwd: string;
  model: string;
  permission_mode: "default" | "bypassPermissions";
  source: "startup" | "resume" | "clear";
  prompt: string;
  tool_name: string;
  tool_input: unknown;
  tool_response: unknown;
  tool_use_id: string;
  stop_hook_active: boolean;
  last_assistant_message: string | null;
}

function eventOf(name: HookEventName, input: Written): HookEvent {
  const context = {
    sessionId: input.session_id,
    turnId: input.turn_id ?? ID,
    transcriptPath: input.transcript_path,
    cwd: input.cwd,
    model: input.model,
    permissionMode: input.permission_mode,
  };
  const tool = {
    toolName: input.tool_name,
    toolInput: input.tool_input,
    aliases: input.tool_name === "apply_patch" ? ["Write", "Edit"] : [],
  };
  switch (name) {
    case "SessionStart":
      return { ...context, event: name, source: input.source };
    case "UserPromptSubmit":
      return { ...context, event: name, prompt: input.prompt };
    case "PreToolUse":
      return { ...context, ...tool, event: name, toolUseId: input.tool_use_id, checkInput: () => null };
    case "PermissionRequest":
      return { ...context, ...tool, event: name, runIdSuffix: "call_sample", checkInput: () => null };
    case "PostToolUse":
      return {
        ...context,
        ...tool,
        event: name,
        toolUseId: input.tool_use_id,
        toolResponse: input.tool_response,
      };
    case "Stop":
      return {
        ...context,
        event: name,
        stopHookActive: input.stop_hook_active,
        lastAssistantMessage: input.last_assistant_message,
      };
  }
}

function issueText({ issues }: z.core.$ZodError): string {
  return issues
    .map(issue => {
      if (issue.code === "unrecognized_keys") return `unknown field ${issue.keys.map(key => `\`${key}\``).join(", ")}`;
      const at = keyPath(issue.path.map(step => (typeof step === "number" ? step : String(step))));
      return at === "" ? issue.message : `\`${at}\`: ${issue.message}`;
    })
    .join("; ");
}

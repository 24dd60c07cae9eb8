import type { PermissionDecision } from "@codex-ts/hooks";
import type { ApprovalSlots, HookOpinion, HookQuestion, ToolHooks, ToolUse } from "../approvals/slots.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { SessionHooks } from "./session-hooks.ts";
import { recordContexts } from "./turn-hooks.ts";

/** Names under which matchers find the patch tool, too. */
const PATCH_ALIASES: readonly string[] = ["Write", "Edit"];

function aliasesOf(toolName: string): readonly string[] {
  return toolName === "apply_patch" ? PATCH_ALIASES : [];
}

/** A session's hooks around its tools. Where nothing is hooked in there is nothing to call. */
export function toolHooks(hooks: SessionHooks | null): ToolHooks {
  if (hooks === null) return {};
  return {
    ...(hooks.has("PreToolUse") ? { before: (use, turn) => beforeTool(hooks, use, turn) } : {}),
    ...(hooks.has("PostToolUse") ? { after: (use, response, turn) => afterTool(hooks, use, response, turn) } : {}),
  } satisfies ToolHooks;
}

/** The PermissionRequest hooks of a session, ahead of whoever else decides. */
export function approvalSlots(hooks: SessionHooks | null, others: ApprovalSlots): ApprovalSlots {
  if (hooks === null || !hooks.has("PermissionRequest")) return others;
  return {
    ...others,
    permissionHook: async (question, turn) =>
      (await askHooks(hooks, question, turn)) ?? (await others.permissionHook?.(question, turn)) ?? null,
  };
}

type Before = Awaited<ReturnType<NonNullable<ToolHooks["before"]>>>;

async function beforeTool(hooks: SessionHooks, use: ToolUse, turn: TurnScope): Promise<Before> {
  const { toolName, toolInput, toolUseId } = use;
  const checkInput = turn.callInputs.checkOf(toolUseId);
  const { block, replacement } = await hooks.run(turn, "PreToolUse", {
    toolName,
    aliases: aliasesOf(toolName),
    toolInput,
    toolUseId,
    ...(checkInput === null ? {} : { checkInput }),
  });
  if (block !== null) return { type: "blocked", text: blockedText(use, block) };
  return replacement === null ? null : { type: "replaced", input: replacement.input };
}

/** What the model reads of a call that a hook blocked. */
function blockedText({ toolName, toolInput }: ToolUse, reason: string): string {
  const command: unknown =
    typeof toolInput === "object" && toolInput !== null ? Reflect.get(toolInput, "command") : undefined;
  if ((toolName === "Bash" || toolName === "apply_patch") && typeof command === "string") {
    return `Command blocked by PreToolUse hook: ${reason}. Command: ${command}`;
  }
  return `Tool call blocked by PreToolUse hook: ${reason}. Tool: ${toolName}`;
}

async function afterTool(
  hooks: SessionHooks,
  use: ToolUse,
  response: unknown,
  turn: TurnScope,
): Promise<string | null> {
  const { toolName, toolInput, toolUseId } = use;
  const { contexts, feedback } = await hooks.run(turn, "PostToolUse", {
    toolName,
    aliases: aliasesOf(toolName),
    toolInput,
    toolUseId,
    toolResponse: response,
  });
  recordContexts(turn, contexts);
  return feedback;
}

async function askHooks(hooks: SessionHooks, question: HookQuestion, turn: TurnScope): Promise<HookOpinion | null> {
  const { toolName, toolInput, runSuffix, replaceable = true } = question;
  const checkInput = question.callId === undefined || !replaceable ? null : turn.callInputs.checkOf(question.callId);
  const { decision } = await hooks.run(turn, "PermissionRequest", {
    toolName,
    aliases: aliasesOf(toolName),
    toolInput,
    runIdSuffix: runSuffix,
    ...(checkInput === null ? {} : { checkInput }),
  });
  return decision === null ? null : opinionOf(decision);
}

function opinionOf(decision: PermissionDecision): HookOpinion {
  switch (decision.behavior) {
    case "allow":
      return { type: "approved" };
    case "replace":
      return { type: "replaced", input: decision.input };
    case "deny":
      return { type: "denied", reason: decision.message };
  }
}

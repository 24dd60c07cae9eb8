import type { GuardianReview } from "@codex-ts/analytics";
import type { JsonValue } from "@codex-ts/protocol";
import type { AdditionalPermissionProfile, SandboxPermissions } from "@codex-ts/permissions";
import type { TurnScope } from "../turn/turn-scope.ts";

/** What a PermissionRequest hook is told about a call (spec hooks.md 6.7). */
export interface HookQuestion {
  /** `Bash`, `apply_patch` or `mcp__server__tool`. */
  toolName: string;
  toolInput: { [member: string]: JsonValue };
  /** What the ids of the hooks' runs end in: the call's id, `<call id>:retry`, the id of a sub-command's prompt, `network#…`. */
  runSuffix: string;
  /** The call that is asked about, when a call is: its input may be replaced. */
  callId?: string;
  /** False: an answer with another input is not understood. */
  replaceable?: boolean;
}

/** What a hook thinks of a call. */
export type HookOpinion =
  | { type: "approved" }
  | { type: "denied"; reason: string }
  /** No approval: the call begins anew with this input, and is judged by everybody but hooks. */
  | { type: "replaced"; input: unknown };

/** An action put before the automatic reviewer, by kind (spec guardian.md 2.1 and 4.5). Paths are absolute. */
export type ReviewAction =
  | ({ kind: "shell" } & ReviewedCommand)
  | ({ kind: "exec_command"; tty: boolean } & ReviewedCommand)
  | {
      kind: "execve";
      /** The tool whose command the program was started by. */
      origin: "shell" | "exec_command";
      program: string;
      argv: readonly string[];
      cwd: string;
      additionalPermissions: AdditionalPermissionProfile | null;
    }
  | { kind: "apply_patch"; cwd: string; files: readonly string[]; patch: string }
  | {
      kind: "network_access";
      target: string;
      host: string;
      protocol: "http" | "https" | "socks5Tcp" | "socks5Udp";
      port: number;
      /** The call whose process wants the connection, when exactly one can be named. */
      trigger: NetworkTrigger | null;
    }
  | { kind: "mcp_tool_call"; server: string; toolName: string; details: { readonly [member: string]: JsonValue } }
  | { kind: "request_permissions"; reason: string | null; permissions: AdditionalPermissionProfile };

interface ReviewedCommand {
  argv: readonly string[];
  cwd: string;
  sandboxPermissions: SandboxPermissions;
  additionalPermissions: AdditionalPermissionProfile | null;
  justification: string | null;
}

export interface NetworkTrigger extends ReviewedCommand {
  callId: string;
  toolName: string;
  tty: boolean | null;
}

/** What the automatic reviewer is asked. */
export interface ReviewQuestion {
  action: ReviewAction;
  /** Item that the action belongs to; null for connections. */
  targetItemId: string | null;
  /** Why it is asked: a rule's reason, or why a second attempt is wanted. */
  reason: string | null;
}

/** What the automatic reviewer decided. A text is what the model reads. */
export type ReviewVerdict = (
  | { type: "approved" }
  | { type: "approvedForSession" }
  | { type: "denied"; reason: string }
  | { type: "timedOut"; reason: string }
  | { type: "aborted"; reason: string }
) & { facts?: ReviewFacts };

/** What a reviewer knows of its own work, for analytics. */
export type ReviewFacts = Partial<
  Pick<
    GuardianReview,
    "reviewId" | "source" | "actionTruncated" | "outcome" | "session" | "timeoutMs" | "timeToFirstTokenMs" | "usage"
  >
>;

/** Who may decide before a person is asked. All of it is empty unless somebody fills it. */
export interface ApprovalSlots {
  /** The PermissionRequest hooks; null: they have no opinion. Must not throw. */
  permissionHook?: (question: HookQuestion, turn: TurnScope) => Promise<HookOpinion | null>;
  /** The automatic reviewer, asked when the thread's approvals go to it. Must fail closed, and not throw. */
  autoReviewer?: (question: ReviewQuestion, turn: TurnScope) => Promise<ReviewVerdict>;
}

/** A tool call as the tool hooks see it (spec hooks.md 3.1). */
export interface ToolUse {
  toolName: string;
  toolInput: JsonValue;
  /** Id of the call that did the work: for `write_stdin` that of the command it waits for. */
  toolUseId: string;
}

/** Hooks around the tools themselves. */
export interface ToolHooks {
  /** Before a tool runs. Blocked: the text is what the model reads instead of an output. Replaced: the tool runs with this input. */
  before?: (
    use: ToolUse,
    turn: TurnScope,
  ) => Promise<{ type: "blocked"; text: string } | { type: "replaced"; input: unknown } | null>;
  /** After a tool succeeded; a text replaces its output. What hooks add to the conversation they record themselves. */
  after?: (use: ToolUse, response: JsonValue, turn: TurnScope) => Promise<string | null>;
}

import type { Decision } from "./decision.ts";

/** What a hook or a reviewer is told about a call. */
export interface HookQuestion {
  toolName: string;
  toolInput: { command: string; description?: string };
}

/** Who may decide before a person is asked. Both are empty unless somebody fills them. */
export interface ApprovalSlots {
  /** A PermissionRequest hook; null: it has no opinion. */
  permissionHook?: (question: HookQuestion, signal: AbortSignal) => Promise<Decision | null>;
  /** The automatic reviewer, asked when the thread's approvals go to it. */
  autoReviewer?: (question: HookQuestion, signal: AbortSignal) => Promise<Decision>;
}

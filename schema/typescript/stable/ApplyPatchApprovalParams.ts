// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileChange } from "./FileChange";
import type { ThreadId } from "./ThreadId";

export type ApplyPatchApprovalParams = { conversationId: ThreadId, callId: string, fileChanges: { [key in string]?: FileChange }, reason: string | null, grantRoot: string | null, };

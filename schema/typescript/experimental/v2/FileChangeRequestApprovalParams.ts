// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FileChangeRequestApprovalParams = { threadId: string, turnId: string, itemId: string, reason?: string | null, grantRoot?: string | null, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FileChangeApprovalDecision = "accept" | "acceptForSession" | "decline" | "cancel";

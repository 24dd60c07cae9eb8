// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ConversationGitInfo = { sha: string | null, branch: string | null, origin_url: string | null, };

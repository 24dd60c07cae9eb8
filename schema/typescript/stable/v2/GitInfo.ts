// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GitInfo = { sha: string | null, branch: string | null, originUrl: string | null, };

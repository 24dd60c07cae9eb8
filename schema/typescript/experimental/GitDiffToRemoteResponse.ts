// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { GitSha } from "./GitSha";

export type GitDiffToRemoteResponse = { sha: GitSha, diff: string, };

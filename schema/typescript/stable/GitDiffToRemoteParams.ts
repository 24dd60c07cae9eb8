// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GitDiffToRemoteParams = { cwd: string, };

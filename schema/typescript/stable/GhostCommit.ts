// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GhostCommit = { id: string, parent: string | null, preexisting_untracked_files: Array<string>, preexisting_untracked_dirs: Array<string>, };

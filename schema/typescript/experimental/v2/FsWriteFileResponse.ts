// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsWriteFileResponse = Record<string, never>;

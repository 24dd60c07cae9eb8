// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsReadDirectoryEntry = { fileName: string, isDirectory: boolean, isFile: boolean, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsCreateDirectoryResponse = Record<string, never>;

// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FsReadDirectoryEntry } from "./FsReadDirectoryEntry";

export type FsReadDirectoryResponse = { entries: Array<FsReadDirectoryEntry>, };

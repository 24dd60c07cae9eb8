// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { PatchChangeKind } from "./PatchChangeKind";

export type FileUpdateChange = { path: string, kind: PatchChangeKind, diff: string, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { HookOutputEntryKind } from "./HookOutputEntryKind";

export type HookOutputEntry = { kind: HookOutputEntryKind, text: string, };

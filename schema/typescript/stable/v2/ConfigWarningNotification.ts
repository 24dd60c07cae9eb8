// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TextRange } from "./TextRange";

export type ConfigWarningNotification = { summary: string, details: string | null, path?: string, range?: TextRange, };

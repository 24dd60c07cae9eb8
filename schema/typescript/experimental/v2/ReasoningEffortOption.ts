// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReasoningEffort } from "../ReasoningEffort";

export type ReasoningEffortOption = { reasoningEffort: ReasoningEffort, description: string, };

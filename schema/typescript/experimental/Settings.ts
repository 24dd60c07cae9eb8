// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReasoningEffort } from "./ReasoningEffort";

export type Settings = { model: string, reasoning_effort: ReasoningEffort | null, developer_instructions: string | null, };

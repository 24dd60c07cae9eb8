// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { WebSearchToolConfig } from "../WebSearchToolConfig";

export type ToolsV2 = { web_search: WebSearchToolConfig | null, view_image: boolean | null, };

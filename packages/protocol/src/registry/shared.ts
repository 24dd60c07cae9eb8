export * from "../shared/fuzzy-file-search.ts";
export * from "../shared/ids.ts";
export * from "../shared/mcp.ts";
export * from "../shared/realtime.ts";
export * from "../shared/settings.ts";

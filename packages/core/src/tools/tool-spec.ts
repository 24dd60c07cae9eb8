import type { JsonSchema } from "./parameters.ts";

export interface FunctionSpec {
  type: "function";
  name: string;
  description: string;
  strict: boolean;
  /** The model only learns of it by searching. */
  defer_loading?: true;
  parameters: JsonSchema;
}

export interface NamespaceSpec {
  type: "namespace";
  name: string;
  description: string;
  tools: FunctionSpec[];
}

export interface WebSearchSpec {
  type: "web_search";
  external_web_access: boolean;
  filters?: { allowed_domains: string[] };
  user_location?: { type: "approximate"; country?: string; region?: string; city?: string; timezone?: string };
  search_context_size?: "low" | "medium" | "high";
  search_content_types?: ("text" | "image")[];
}

/** A tool as the request lists it (spec tools.md 1). */
export type ToolSpec =
  | FunctionSpec
  | {
      type: "custom";
      name: string;
      description: string;
      format: { type: "grammar"; syntax: "lark"; definition: string };
    }
  | NamespaceSpec
  | WebSearchSpec
  | { type: "tool_search"; execution: "client"; description: string; parameters: JsonSchema }
  | { type: "local_shell" }
  | { type: "image_generation"; output_format: "png" };

/** The kinds of tools, in the order in which a request lists them (spec tools.md 1.1). */
export const TOOL_ORDER = [
  "code_mode",
  "shell",
  "mcp_resources",
  "update_plan",
  "js_repl",
  "request_user_input",
  "request_permissions",
  "tool_search",
  "tool_suggest",
  "apply_patch",
  "list_dir",
  "test_sync_tool",
  "web_search",
  "image_generation",
  "view_image",
  "agents",
  "agent_jobs",
  "mcp",
  "dynamic",
  "placeholders",
] as const;

export type ToolGroup = (typeof TOOL_ORDER)[number];

export function functionSpec(name: string, description: string, parameters: JsonSchema): FunctionSpec {
  return { type: "function", name, description, strict: false, parameters };
}

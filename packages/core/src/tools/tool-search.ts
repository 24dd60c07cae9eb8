import { number, object, optional, string } from "./parameters.ts";
import { SearchIndex } from "./search-index.ts";
import { isFunctionSpec, RespondToModel, type Tool, type ToolCall, type ToolResult } from "./tool.ts";
import type { FunctionSpec, NamespaceSpec, ToolSpec } from "./tool-spec.ts";

const DEFAULT_LIMIT = 8;

const parameters = object({
  query: string("What the tool should do, in a few words."),
  limit: optional(number("Most tools to return (default 8).", "usize")),
});

/** Finds tools that are not listed; what it finds the model can call from then on. */
export function toolSearchTool(deferred: readonly Tool[]): Tool {
  let index: SearchIndex<Tool> | null = null;
  return {
    names: ["tool_search"],
    group: "tool_search",
    accepts: ["toolSearch"],
    parallel: true,
    readOnly: true,
    spec: {
      type: "tool_search",
      execution: "client",
      description: `Searches for tools that are not listed, by what they do, and makes the best matches callable. Sources: ${sources(deferred)}.`,
      parameters: parameters.schema,
    },
    async run(call) {
      const { query, limit } = searchArguments(call);
      index ??= new SearchIndex(deferred.map(tool => ({ value: tool, text: tool.deferred?.text ?? "" })));
      return foundTools(withinLimits(index.search(query), limit));
    },
  };
}

function sources(deferred: readonly Tool[]): string {
  return [...new Set(deferred.map(tool => tool.deferred?.bucket ?? ""))].sort().join(", ");
}

function searchArguments({ payload }: ToolCall): { query: string; limit: number | undefined } {
  const value = payload.kind === "toolSearch" ? payload.arguments : null;
  const { query, limit } = parameters.read(value);
  const trimmed = query.trim();
  if (trimmed === "") throw new RespondToModel("query must not be empty");
  if (limit === 0) throw new RespondToModel("limit must be greater than zero");
  return { query: trimmed, limit };
}

/** Whether the arguments of a search can be read at all; the text says why not. */
export function searchArgumentsError(value: unknown): string | null {
  try {
    const { limit } = parameters.read(value);
    if (limit === undefined || (Number.isInteger(limit) && limit >= 0)) return null;
    return `failed to parse tool_search arguments: invalid value: ${limit}, expected usize`;
  } catch (error) {
    return `failed to parse tool_search arguments: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Each source gives so many of its best; the order of the hits stays. */
function withinLimits(hits: readonly Tool[], limit: number | undefined): Tool[] {
  const taken = new Map<string, number>();
  return hits.filter(({ deferred }) => {
    const bucket = deferred?.bucket ?? "";
    const count = taken.get(bucket) ?? 0;
    taken.set(bucket, count + 1);
    return count < (limit ?? deferred?.bucketLimit ?? DEFAULT_LIMIT);
  });
}

/** Functions of one namespace stand together, where the first of them was found. */
function foundTools(tools: readonly Tool[]): ToolResult {
  const found: ToolSpec[] = [];
  const namespaces = new Map<string, NamespaceSpec>();
  for (const { spec, namespace } of tools) {
    if (!isFunctionSpec(spec)) continue;
    const loaded = deferredSpec(spec);
    if (namespace === undefined) {
      found.push(loaded);
      continue;
    }
    let entry = namespaces.get(namespace.name);
    if (entry === undefined) {
      entry = { type: "namespace", ...namespace, tools: [] };
      namespaces.set(namespace.name, entry);
      found.push(entry);
    }
    entry.tools.push(loaded);
  }
  return { body: "", found };
}

function deferredSpec({ type, name, description, strict, parameters: schema }: FunctionSpec): FunctionSpec {
  return { type, name, description, strict, defer_loading: true, parameters: schema };
}

import { type ModelSchema, modelInputSchema, resultSchema } from "./input-schema.ts";
import { describeWithPlugins } from "./plugin-note.ts";
import type { ToolInfo } from "./tool-info.ts";

export interface NamespaceFunction {
  name: string;
  description: string;
  parameters: ModelSchema;
  /** Never sent to the model server; for programs that call the tool. */
  outputSchema: Record<string, unknown>;
  info: ToolInfo;
}

/** The tools of one server as the model sees them. */
export interface ToolNamespace {
  name: string;
  description: string;
  tools: NamespaceFunction[];
}

/**
 * Qualified tools grouped by namespace, namespaces and tools sorted by name.
 * @param dropped told of each tool whose schema cannot be offered
 */
export function toolNamespaces(
  tools: readonly ToolInfo[],
  dropped: (info: ToolInfo) => void = () => {},
): ToolNamespace[] {
  const byName = new Map<string, ToolNamespace>();
  for (const info of tools) {
    const parameters = modelInputSchema(info.tool.inputSchema);
    if (parameters === null) {
      dropped(info);
      continue;
    }
    const namespace = byName.get(info.callableNamespace) ?? {
      name: info.callableNamespace,
      description: namespaceDescription(info),
      tools: [],
    };
    byName.set(namespace.name, namespace);
    namespace.tools.push({
      name: info.callableName,
      description: describeWithPlugins(info.tool.description, info.pluginDisplayNames) ?? "",
      parameters,
      outputSchema: resultSchema(info.tool.outputSchema),
      info,
    });
  }
  const byText = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const sorted = [...byName.values()].sort(byText);
  for (const namespace of sorted) namespace.tools.sort(byText);
  return sorted;
}

function namespaceDescription({ connectorDescription, serverInstructions, callableNamespace }: ToolInfo): string {
  const said = connectorDescription ?? serverInstructions;
  return said === null || said === "" ? `Tools in the ${callableNamespace} namespace.` : said;
}

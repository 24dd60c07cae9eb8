import { isFunctionSpec, type HostedTool, type Tool } from "./tool.ts";
import { TOOL_ORDER, type NamespaceSpec, type ToolGroup, type ToolSpec } from "./tool-spec.ts";

const LAST: ToolGroup = "dynamic";

/** The tools of one sampling request: what the model is shown, in order, and what answers to which name. */
export class ToolRegistry {
  private readonly byName = new Map<string, Tool>();
  readonly specs: ToolSpec[];
  /** The freeform patch tool is offered, so structured outputs are shown to the model as lines. */
  readonly offersFreeformPatch: boolean;

  /** A tool with the name of an earlier one takes its place. */
  constructor(entries: readonly (Tool | HostedTool)[]) {
    for (const entry of entries) {
      if (!isTool(entry)) continue;
      for (const name of entry.names) this.byName.set(key(entry.namespace?.name ?? null, name), entry);
    }
    this.specs = listing(entries.filter(entry => !isTool(entry) || this.answersItself(entry)));
    this.offersFreeformPatch = this.specs.some(spec => spec.type === "custom" && spec.name === "apply_patch");
  }

  find(namespace: string | null, name: string): Tool | undefined {
    return this.byName.get(key(namespace, name));
  }

  /** Tools that answer but are not listed until a search finds them. */
  get deferred(): Tool[] {
    return [...new Set(this.byName.values())].filter(tool => tool.deferred !== undefined);
  }

  /** Not replaced by another tool of its name. */
  private answersItself(tool: Tool): boolean {
    return this.find(tool.namespace?.name ?? null, tool.names[0]) === tool;
  }
}

function key(namespace: string | null, name: string): string {
  return namespace === null ? name : `${namespace}\0${name}`;
}

function isTool(entry: Tool | HostedTool): entry is Tool {
  return "names" in entry;
}

function listing(entries: readonly (Tool | HostedTool)[]): ToolSpec[] {
  const groups = byGroup(entries);
  return TOOL_ORDER.flatMap(group => groupSpecs(groups.get(group) ?? [], group === "mcp"));
}

function byGroup(entries: readonly (Tool | HostedTool)[]): Map<ToolGroup, (Tool | HostedTool)[]> {
  const groups = new Map<ToolGroup, (Tool | HostedTool)[]>();
  for (const entry of entries) {
    const group = entry.group ?? LAST;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [entry]);
    else members.push(entry);
  }
  return groups;
}

/** Tools of one namespace become one entry, where its first tool stands; servers' tools are sorted by name. */
function groupSpecs(entries: readonly (Tool | HostedTool)[], sorted: boolean): ToolSpec[] {
  const specs: ToolSpec[] = [];
  const namespaces = new Map<string, NamespaceSpec>();
  for (const entry of entries) {
    const { spec } = entry;
    if (spec === null || (isTool(entry) && entry.deferred !== undefined)) continue;
    if (!isTool(entry) || entry.namespace === undefined || !isFunctionSpec(spec)) {
      specs.push(spec);
      continue;
    }
    const { name, description } = entry.namespace;
    let namespace = namespaces.get(name);
    if (namespace === undefined) {
      namespace = { type: "namespace", name, description, tools: [] };
      namespaces.set(name, namespace);
      specs.push(namespace);
    }
    namespace.tools.push(spec);
  }
  if (!sorted) return specs;
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  for (const { tools } of namespaces.values()) tools.sort(byName);
  return [...specs.filter(spec => spec.type !== "namespace"), ...[...namespaces.values()].sort(byName)];
}

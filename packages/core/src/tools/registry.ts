import type { Tool, ToolSpec } from "./tool.ts";

/** The tools of one sampling request: what the model is shown, in order, and what answers to which name. */
export class ToolRegistry {
  private readonly byName = new Map<string, Tool>();
  readonly specs: ToolSpec[];
  /** The freeform patch tool is offered, so structured outputs are shown to the model as lines. */
  readonly offersFreeformPatch: boolean;

  /** `hosted`: tools that the model's server runs itself, placed by their rank among ours. */
  constructor(tools: readonly Tool[], hosted: readonly { before: string; spec: ToolSpec }[] = []) {
    this.specs = [];
    for (const tool of tools) {
      for (const name of tool.names) this.byName.set(name, tool);
      for (const entry of hosted) if (entry.before === tool.names[0]) this.specs.push(entry.spec);
      if (tool.spec !== null) this.specs.push(tool.spec);
    }
    this.offersFreeformPatch = this.specs.some(spec => spec.type === "custom" && spec.name === "apply_patch");
  }

  find(name: string): Tool | undefined {
    return this.byName.get(name);
  }
}

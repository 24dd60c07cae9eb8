/** What a server says that a tool may do. */
export interface ToolAnnotations {
  destructiveHint?: boolean;
  readOnlyHint?: boolean;
  openWorldHint?: boolean;
}

/** The hints of a listed tool, as far as they are hints. */
export function readAnnotations(value: unknown): ToolAnnotations {
  if (typeof value !== "object" || value === null) return {};
  const hints: ToolAnnotations = {};
  for (const name of ["destructiveHint", "readOnlyHint", "openWorldHint"] as const) {
    const hint: unknown = Reflect.get(value, name);
    if (typeof hint === "boolean") hints[name] = hint;
  }
  return hints;
}

/** Whether a call is to be asked about (spec mcp.md 7): what a server does not say counts as the worst. */
export function needsApproval({ destructiveHint, readOnlyHint, openWorldHint }: ToolAnnotations): boolean {
  if (destructiveHint === true) return true;
  return readOnlyHint !== true && ((destructiveHint ?? true) || (openWorldHint ?? true));
}

/** Which of a server's tools may be seen and called, by their raw names. */
export interface ToolFilter {
  enabledTools: readonly string[] | null;
  disabledTools: readonly string[] | null;
}

/** Allowed: named by `enabledTools` (or that is unset) and not named by `disabledTools`. */
export function isToolAllowed(filter: ToolFilter, tool: string): boolean {
  const { enabledTools, disabledTools } = filter;
  return (enabledTools === null || enabledTools.includes(tool)) && !(disabledTools?.includes(tool) ?? false);
}

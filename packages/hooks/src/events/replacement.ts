/** Whether a handler may replace the input of the tool at hand, and with what. */
export interface ReplacementRule {
  /** The handler's configuration says `allowUpdatedInput`. */
  readonly allowed: boolean;
  /** Says what is wrong with a replacement; absent where the tool's input cannot be replaced. */
  readonly check: ((updated: unknown) => string | null) | undefined;
}

/** A replacement that was accepted, or why it was not. Absent and null are no replacement. */
export function readReplacement(
  event: "PreToolUse" | "PermissionRequest",
  updated: unknown,
  { allowed, check }: ReplacementRule,
): { input: unknown } | { error: string } | null {
  if (updated === undefined || updated === null) return null;
  if (!allowed || check === undefined) return { error: `${event} hook returned unsupported updatedInput` };
  const wrong = check(updated);
  return wrong === null
    ? { input: updated }
    : { error: `${event} hook returned an updatedInput that cannot be used: ${wrong}` };
}

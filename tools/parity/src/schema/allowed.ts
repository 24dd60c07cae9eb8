/** A deliberate or unavoidable deviation from the reference. */
export interface Allowed {
  /** The tree: `typescript/stable`, for example. */
  readonly tree: string;
  readonly file: string;
  /** Object members that only the reference has. */
  readonly onlyTheirs: readonly string[];
  readonly reason: string;
}

const SPLIT =
  "The reference cuts gated members out of its text at every comma, those in comments included, and so leaves these " +
  "in its stable TypeScript. Its stable JSON Schema, and both of ours, are without them.";

/** At most ten; every one says why. */
export const allowed: readonly Allowed[] = [
  {
    tree: "typescript/stable",
    file: "v2/ThreadStartParams.ts",
    onlyTheirs: ["experimentalRawEvents", "persistExtendedHistory"],
    reason: SPLIT,
  },
  {
    tree: "typescript/stable",
    file: "v2/ThreadResumeParams.ts",
    onlyTheirs: ["history?", "path?", "persistExtendedHistory"],
    reason: SPLIT,
  },
  {
    tree: "typescript/stable",
    file: "v2/ThreadForkParams.ts",
    onlyTheirs: ["path?", "persistExtendedHistory"],
    reason: SPLIT,
  },
  { tree: "typescript/stable", file: "v2/TurnStartParams.ts", onlyTheirs: ["collaborationMode?"], reason: SPLIT },
  {
    tree: "typescript/stable",
    file: "v2/CommandExecutionRequestApprovalParams.ts",
    onlyTheirs: ["additionalPermissions?", "availableDecisions?"],
    reason: SPLIT,
  },
];

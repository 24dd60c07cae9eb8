/** One place of an update: where to look, what to replace, what to put there. */
export interface UpdateChunk {
  /** The text after `@@`, searched as one line before the chunk's own lines; null for a bare `@@` or none. */
  context: string | null;
  oldLines: string[];
  newLines: string[];
  /** True when the chunk ends with `*** End of File`: its lines are only looked for at the very end. */
  isEndOfFile: boolean;
}

/** One file operation of a patch. Paths are spelled as in the patch. */
export type Hunk =
  | { type: "add"; path: string; content: string }
  | { type: "delete"; path: string }
  | { type: "update"; path: string; movePath: string | null; chunks: UpdateChunk[] };

export interface Patch {
  hunks: Hunk[];
  /** The patch without what surrounded it (a heredoc, blank lines). */
  text: string;
}

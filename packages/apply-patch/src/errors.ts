export type ApplyPatchErrorCode =
  /** The text does not begin or end as a patch. */
  | "invalid_patch"
  /** A hunk of the patch is wrong; `line` says where. */
  | "invalid_hunk"
  /** The patch has no hunks. */
  | "empty_patch"
  /** A chunk's context or lines are not in the file. */
  | "no_match"
  /** The file system refused. */
  | "io"
  /** A path leads out of the folders the patch is confined to. */
  | "outside_root";

/** The only error this package throws. Its message is one text for people; `forModel` is the text models are told. */
export class ApplyPatchError extends Error {
  readonly code: ApplyPatchErrorCode;
  /** The line of the patch (1 = the begin marker), for `invalid_hunk`. */
  readonly line: number | null;
  readonly #forModel: string | null;

  constructor(code: ApplyPatchErrorCode, message: string, more: { line?: number; forModel?: string } = {}) {
    super(message);
    this.name = "ApplyPatchError";
    this.code = code;
    this.line = more.line ?? null;
    this.#forModel = more.forModel ?? null;
  }

  get forModel(): string {
    return this.#forModel ?? this.message;
  }
}

export function invalidPatch(message: string): ApplyPatchError {
  return new ApplyPatchError("invalid_patch", `Invalid patch: ${message}`, { forModel: `invalid patch: ${message}` });
}

export function invalidHunk(line: number, message: string): ApplyPatchError {
  return new ApplyPatchError("invalid_hunk", `Invalid patch hunk on line ${line}: ${message}`, {
    line,
    forModel: `invalid hunk at line ${line}, ${message}`,
  });
}

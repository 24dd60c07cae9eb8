import { type ApplyPatchError, invalidHunk, invalidPatch } from "./errors.ts";
import type { Hunk, Patch, UpdateChunk } from "./types.ts";
import { trim } from "./whitespace.ts";

const BEGIN = "*** Begin Patch";
const END = "*** End Patch";
const ADD = "*** Add File: ";
const DELETE = "*** Delete File: ";
const UPDATE = "*** Update File: ";
const MOVE = "*** Move to: ";
const END_OF_FILE = "*** End of File";
const HEREDOC_OPENINGS: ReadonlySet<string> = new Set(["<<EOF", "<<'EOF'", '<<"EOF"']);

/**
 * Parses a patch (section 3). Markers may be indented, and one surrounding heredoc is taken off; a patch without hunks
 * parses.
 * @throws ApplyPatchError `invalid_patch`, `invalid_hunk`
 */
export function parsePatch(text: string): Patch {
  const lines = insideMarkers(splitLines(trim(text)));
  return { hunks: readHunks(lines.slice(1, -1)), text: lines.join("\n") };
}

/**
 * Reads as much of a patch as has arrived (section 8, streaming): the begin marker must be there, the end marker need
 * not, and what is not finished yet is left out. Null when the text is no patch so far.
 */
export function parsePartialPatch(text: string): Hunk[] | null {
  const lines = splitLines(trim(text));
  if (lines[0] === undefined || trim(lines[0]) !== BEGIN) return null;
  const last = lines.at(-1) ?? "";
  const inner = trim(last) === END ? lines.slice(1, -1) : lines.slice(1);
  if (inner.at(-1) === "@") inner.pop();
  const reader = new HunkReader(inner, { lenient: true });
  const hunks: Hunk[] = [];
  try {
    for (let hunk = reader.next(); hunk !== null; hunk = reader.next()) hunks.push(hunk);
  } catch {
    // The rest has not arrived yet.
  }
  return hunks;
}

/** Lines without their ends: LF, or CR LF. */
function splitLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const last = lines.length - 1;
  return lines.map((line, index) => (index < last && line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** The lines from the begin to the end marker, with a heredoc around them taken off. */
function insideMarkers(lines: string[]): string[] {
  const problem = markerProblem(lines);
  if (problem === null) return lines;
  const opening = lines[0] ?? "";
  const isHeredoc = HEREDOC_OPENINGS.has(opening) && (lines.at(-1) ?? "").endsWith("EOF") && lines.length >= 4;
  if (!isHeredoc) throw problem;
  const inner = lines.slice(1, -1);
  const innerProblem = markerProblem(inner);
  if (innerProblem !== null) throw innerProblem;
  return inner;
}

function markerProblem(lines: readonly string[]): ApplyPatchError | null {
  const first = lines[0];
  if (first !== undefined && trim(first) !== BEGIN) {
    return invalidPatch("The first line of the patch must be '*** Begin Patch'");
  }
  if (first === undefined || lines.length < 2 || trim(lines.at(-1) ?? "") !== END) {
    return invalidPatch("The last line of the patch must be '*** End Patch'");
  }
  return null;
}

function readHunks(lines: string[]): Hunk[] {
  const reader = new HunkReader(lines, { lenient: false });
  const hunks: Hunk[] = [];
  for (let hunk = reader.next(); hunk !== null; hunk = reader.next()) hunks.push(hunk);
  return hunks;
}

/** Reads hunks from the lines between the markers; the first of them is line 2 of the patch. */
class HunkReader {
  readonly #lines: readonly string[];
  readonly #lenient: boolean;
  #at = 0;

  constructor(lines: readonly string[], options: { lenient: boolean }) {
    this.#lines = lines;
    this.#lenient = options.lenient;
  }

  next(): Hunk | null {
    const line = this.#lines[this.#at];
    if (line === undefined) return null;
    const header = trim(line);
    const number = this.#at + 2;
    this.#at += 1;
    if (header.startsWith(ADD)) return this.#add(header.slice(ADD.length));
    if (header.startsWith(DELETE)) return { type: "delete", path: header.slice(DELETE.length) };
    if (header.startsWith(UPDATE)) return this.#update(header.slice(UPDATE.length), number);
    throw invalidHunk(
      number,
      `'${header}' is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'`,
    );
  }

  #add(path: string): Hunk {
    const content: string[] = [];
    for (let line = this.#lines[this.#at]; line?.startsWith("+"); line = this.#lines[this.#at]) {
      content.push(line.slice(1), "\n");
      this.#at += 1;
    }
    return { type: "add", path, content: content.join("") };
  }

  #update(path: string, number: number): Hunk {
    let movePath: string | null = null;
    if (this.#lines[this.#at]?.startsWith(MOVE)) {
      movePath = (this.#lines[this.#at] ?? "").slice(MOVE.length);
      this.#at += 1;
    }
    const chunks: UpdateChunk[] = [];
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (trim(line) === "") {
        this.#at += 1;
        continue;
      }
      if (line.startsWith("*")) break;
      try {
        chunks.push(this.#chunk(chunks.length === 0));
      } catch (error) {
        if (!this.#lenient || chunks.length === 0) throw error;
        this.#at = this.#lines.length;
      }
    }
    if (chunks.length === 0) throw invalidHunk(number, `Update file hunk for path '${path}' is empty`);
    return { type: "update", path, movePath, chunks };
  }

  #chunk(isFirst: boolean): UpdateChunk {
    const number = this.#at + 2;
    const start = this.#lines[this.#at] ?? "";
    const chunk: UpdateChunk = { context: null, oldLines: [], newLines: [], isEndOfFile: false };
    if (start === "@@" || start.startsWith("@@ ")) {
      if (start !== "@@") chunk.context = start.slice(3);
      this.#at += 1;
    } else if (!isFirst) {
      throw invalidHunk(number, `Expected update hunk to start with a @@ context marker, got: '${start}'`);
    }
    let count = 0;
    for (let line = this.#lines[this.#at]; line !== undefined; line = this.#lines[this.#at]) {
      if (line === END_OF_FILE) {
        if (count === 0) break;
        chunk.isEndOfFile = true;
        this.#at += 1;
        return chunk;
      }
      if (!takeLine(chunk, line)) {
        if (count > 0) return chunk;
        throw invalidHunk(
          number + 1,
          `Unexpected line found in update hunk: '${line}'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)`,
        );
      }
      count += 1;
      this.#at += 1;
    }
    if (count === 0) throw invalidHunk(number + 1, "Update hunk does not contain any lines");
    return chunk;
  }
}

/** Adds a line to a chunk by its first character; false when it is no line of a chunk. */
function takeLine(chunk: UpdateChunk, line: string): boolean {
  const rest = line.slice(1);
  switch (line[0]) {
    case undefined:
      chunk.oldLines.push("");
      chunk.newLines.push("");
      return true;
    case " ":
      chunk.oldLines.push(rest);
      chunk.newLines.push(rest);
      return true;
    case "+":
      chunk.newLines.push(rest);
      return true;
    case "-":
      chunk.oldLines.push(rest);
      return true;
    default:
      return false;
  }
}

// Random and mutated input for every parser of this package: `pnpm fuzz [COUNT] [SEED]`. Each input gives a value or an
// ApplyPatchError, and 10 KB of input never takes longer than 50 ms.
import {
  applyChunks,
  ApplyPatchError,
  extractApplyPatch,
  parsePartialPatch,
  parsePatch,
  pathsToRead,
  planPatch,
  recognizeHeredocCall,
  unifiedDiff,
} from "@codex-ts/apply-patch";
import { fuzzTargets } from "@codex-ts-tools/build/fuzz";

const count = Number(process.argv[2] ?? 1_000_000);
let state = Number(process.argv[3] ?? 1) >>> 0;
const LIMIT_MS = 50;
const MAX_LENGTH = 10_240;

function random(bound: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 4_294_967_296) * bound);
}
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

const CORPUS = [
  "*** Begin Patch\n*** Add File: a\n+1\n+2\n*** End Patch",
  "*** Begin Patch\n*** Update File: f\n*** Move to: g\n@@ x\n a\n-b\n+c\n*** End of File\n*** Delete File: h\n*** End Patch",
  "<<'EOF'\n*** Begin Patch\n*** Update File: f\n a\n+b\n@@\n-c\n\n*** End Patch\nEOF",
  "cd 'x y' && apply_patch <<'EOF'\n*** Begin Patch\n*** Delete File: f\n*** End Patch\nEOF\n",
];
const PIECES = [
  "\n",
  "\n",
  "\r\n",
  " ",
  "+",
  "-",
  "@@",
  "@@ ",
  "*** ",
  "*** Begin Patch\n",
  "*** End Patch\n",
  "*** Add File: a\n",
  "*** Update File: f\n",
  "*** Delete File: ",
  "*** Move to: ",
  "*** End of File\n",
  "<<EOF\n",
  "EOF\n",
  "apply_patch ",
  "cd ",
  " && ",
  "a",
  "b",
  "\u00a0",
  "\u2013",
  "\u{1f600}",
  "\0",
  "'",
  '"',
  "$",
];
const FILES = ["", "a\nb\na\nb\n", "a\r\nb", "\n\n\n", "\u201ca\u201d\n a\n", "x\n".repeat(200)];

function mutated(): string {
  let text = random(3) === 0 ? "" : pick(CORPUS);
  for (let edits = random(8); edits >= 0; edits -= 1) {
    const at = random(text.length + 1);
    const kind = random(4);
    if (kind === 0) text = text.slice(0, at) + text.slice(at + random(10));
    else if (kind === 1) text = text.slice(0, at) + text.slice(Math.max(0, at - random(40)), at) + text.slice(at);
    else text = text.slice(0, at) + pick(PIECES) + text.slice(at);
  }
  if (random(50) === 0) text = text.repeat(1 + random(60));
  return text.slice(0, MAX_LENGTH);
}

const half = (text: string): string => text.slice(0, MAX_LENGTH / 2);

const TARGETS: Record<string, () => void> = {
  parse: () => {
    const patch = parsePatch(mutated());
    for (const hunk of patch.hunks) if (hunk.type === "update") applyChunks(pick(FILES), hunk.chunks, "/f");
  },
  plan: () => {
    const patch = parsePatch(mutated());
    const bytes = new TextEncoder().encode(pick(FILES));
    planPatch(patch, new Map(pathsToRead(patch, { cwd: "/" }).map(path => [path, bytes])), { cwd: "/" });
  },
  partial: () => void parsePartialPatch(mutated()),
  script: () => void recognizeHeredocCall(mutated()),
  argv: () => void extractApplyPatch(pick([[mutated()], ["apply_patch", mutated()], ["bash", "-lc", mutated()]])),
  // Two texts are 10 KB together.
  diff: () => void unifiedDiff(half(mutated()), half(mutated()), random(4)),
};

fuzzTargets({
  targets: TARGETS,
  count,
  limitMs: LIMIT_MS,
  isOwnError: error => error instanceof ApplyPatchError,
  pick,
  readState: () => state,
  writeState: before => {
    state = before;
  },
});

// Claims: a patch of 1,000 hunks on a file of 5 MB is worked out in less than 200 ms, and the time grows with the file's
// size and not faster. The baseline is reading and joining the file's lines. Prints ratios; never fails on a figure.
import { applyChunks, parsePatch, planPatch, type UpdateChunk } from "@codex-ts/apply-patch";

/** Time of the processor in ms, which other programs on the machine disturb less than the clock. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Subject {
  text: string;
  patch: string;
}

/** A file of so many lines and a patch that changes it in so many places, exactly quoted or only nearly. */
function subject(lineCount: number, hunkCount: number, exact: boolean): Subject {
  const lines = Array.from({ length: lineCount }, (_, index) =>
    index % 3 === 0 ? "}" : `    line number ${index} with enough text to be as long as a line of code often is`,
  );
  const step = Math.floor(lineCount / hunkCount);
  const body = Array.from({ length: hunkCount }, (_, index) => {
    const at = index * step + 4 - ((index * step + 4) % 3) + 1;
    const old = exact ? lines[at] : `${(lines[at] ?? "").trim()}  `;
    return ["@@", ` ${lines[at - 1] ?? ""}`, `-${old ?? ""}`, `+changed ${index}`, ` ${lines[at + 1] ?? ""}`];
  });
  return {
    text: `${lines.join("\n")}\n`,
    patch: ["*** Begin Patch", "*** Update File: f", ...body.flat(), "*** End Patch"].join("\n"),
  };
}

function median(measure: () => void): number {
  measure();
  const times = Array.from({ length: 5 }, () => {
    const start = processorTime();
    measure();
    return processorTime() - start;
  });
  return times.toSorted((a, b) => a - b)[2] ?? 0;
}

function chunksOf(patch: string): UpdateChunk[] {
  const [hunk] = parsePatch(patch).hunks;
  return hunk?.type === "update" ? hunk.chunks : [];
}

for (const [lines, hunks, exact] of [
  [19_000, 1_000, true],
  [38_000, 1_000, true],
  [76_000, 1_000, true],
  [152_000, 1_000, true],
  [76_000, 1_000, false],
  [76_000, 1, true],
] as const) {
  const { text, patch } = subject(lines, hunks, exact);
  const bytes = new TextEncoder().encode(text);
  const baseline = median(() => void new TextDecoder().decode(bytes).split("\n").join("\n"));
  const parse = median(() => void parsePatch(patch));
  const chunks = chunksOf(patch);
  const apply = median(() => void applyChunks(text, chunks, "/f"));
  const plan = median(() => void planPatch(parsePatch(patch), new Map([["/f", bytes]]), { cwd: "/" }));
  const size = `${(text.length / 1e6).toFixed(1)} MB, ${hunks} hunks${exact ? "" : ", quoted loosely"}`;
  process.stdout.write(
    `${size}: parse ${parse.toFixed(1)} ms, apply ${apply.toFixed(0)} ms (${(apply / baseline).toFixed(1)} x reading), ` +
      `plan with diff ${plan.toFixed(0)} ms (${(plan / baseline).toFixed(1)} x reading)\n`,
  );
}

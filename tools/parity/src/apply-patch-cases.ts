import type { Random } from "./random.ts";

/** What stands in the folder before a case: texts, bytes, folders and links. */
export type Node =
  | { type: "file"; bytes: Buffer; mode: number }
  | { type: "dir" }
  | { type: "link"; target: string }
  | { type: "hard-link"; to: string };

export interface ApplyPatchCase {
  tree: Map<string, Node>;
  patch: string;
  /** How the patch reaches the program. */
  via: "argument" | "stdin";
}

const WORDS = [
  "a",
  "b",
  "c",
  "x",
  "}",
  "{",
  "foo",
  "foo()",
  "  bar",
  "\tbaz",
  "",
  "return x;",
  "*",
  "@@",
  "+",
  "- d",
  "one",
  "two",
  "three",
  "let y = 1;",
  "    deep",
  "end",
  "fn main() {",
  "// note",
];
const ODD = [
  "a ",
  " a",
  "\u00a0a",
  "a \u2013 b",
  "a - b",
  "\u201cq\u201d",
  '"q"',
  "it\u2019s",
  "it's",
  "x\ry",
  "\u3000wide",
  "\ufeffbom",
  "e\u0301",
  "\u{1f600}",
  "\u0085next",
  "tail\u2028",
  "*** End of File",
  "*** Add File: q",
];
const NAMES = ["f", "g", "h.txt", "d/f", "d/e/g", "new/n", "sp ace", "ünï", ".dot"];
const ODD_PATHS = [
  "d",
  "zz",
  "missing/deep/x",
  "./f",
  "d/../f",
  "f/under",
  "up/../../case/f",
  "link",
  "dangling",
  "",
  ".",
  "f ",
  "~/g",
  "~",
  "~x",
  "~/d/../f",
];

function line(random: Random): string {
  return random.chance(0.06) ? random.pick(ODD) : random.pick(WORDS);
}

function text(random: Random): string {
  const end = random.chance(0.15) ? "\r\n" : "\n";
  const lines = random.list(0, 12, () => line(random));
  const body = lines.join(end);
  if (lines.length === 0) return "";
  return random.chance(0.75) ? body + end : body;
}

function tree(random: Random): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const name of NAMES) {
    if (!random.chance(0.6)) continue;
    const bytes = Buffer.from(text(random));
    const spoiled = random.chance(0.03)
      ? Buffer.concat([bytes, Buffer.from([random.pick([0xff, 0xc3, 0xe2, 0xf0, 0xed]), 0xa0, 10])])
      : bytes;
    nodes.set(name, { type: "file", bytes: spoiled, mode: random.pick([0o644, 0o644, 0o755, 0o600]) });
  }
  if (random.chance(0.5)) nodes.set("d/sub", { type: "dir" });
  if (random.chance(0.2)) nodes.set("link", { type: "link", target: random.pick(["f", "d", "d/f", "../case/g"]) });
  if (random.chance(0.1)) nodes.set("dangling", { type: "link", target: random.pick(["nowhere", "no/where"]) });
  if (random.chance(0.05)) nodes.set("loop", { type: "link", target: "loop" });
  if (random.chance(0.1) && nodes.get("f")?.type === "file") nodes.set("hard", { type: "hard-link", to: "f" });
  return nodes;
}

function path(random: Random, nodes: ReadonlyMap<string, Node>): string {
  const present = [...nodes.keys()];
  if (present.length > 0 && random.chance(0.9)) return random.pick(present);
  return random.chance(0.6) ? random.pick(NAMES) : random.pick(ODD_PATHS);
}

/** A line as a patch might quote it: exact, or with the slips that models make. */
function quoted(random: Random, original: string): string {
  if (random.chance(0.94)) return original;
  return random.pick([
    original.trim(),
    `${original} `,
    ` ${original}`,
    original
      .replaceAll("\u2013", "-")
      .replaceAll("\u2019", "'")
      .replaceAll(/[\u201c\u201d]/g, '"'),
    line(random),
  ]);
}

/** A chunk cut out of the file's lines at a place, so that most chunks can be found. */
function chunk(random: Random, lines: readonly string[], at: number): string[] {
  const out: string[] = [];
  if (random.chance(0.9)) {
    const above = lines[at - 1];
    out.push(above !== undefined && random.chance(0.3) ? `@@ ${quoted(random, above)}` : "@@");
  }
  const span = lines.slice(at, at + 1 + random.below(4));
  for (const original of random.chance(0.95) ? span : []) {
    const kind = random.below(10);
    if (kind < 5) out.push(original === "" && random.chance(0.5) ? "" : ` ${quoted(random, original)}`);
    else out.push(`-${quoted(random, original)}`);
    if (kind > 6) out.push(`+${line(random)}`);
  }
  if (random.chance(0.3)) out.push(`+${line(random)}`);
  if (random.chance(0.05)) out.push("");
  if (random.chance(at + span.length >= lines.length - 1 ? 0.4 : 0.03)) out.push("*** End of File");
  return out;
}

function hunk(random: Random, nodes: ReadonlyMap<string, Node>): string[] {
  const kind = random.below(10);
  const name = path(random, nodes);
  if (kind < 2) return [`*** Add File: ${name}`, ...random.list(0, 4, () => `+${line(random)}`)];
  if (kind < 3) return [`*** Delete File: ${name}`];
  const node = nodes.get(name);
  const lines = node?.type === "file" ? node.bytes.toString("utf8").split("\n") : ["a", "b"];
  const move = random.chance(0.15) ? [`*** Move to: ${path(random, nodes)}`] : [];
  const places = random.list(random.chance(0.05) ? 0 : 1, 3, () => random.below(Math.max(1, lines.length)));
  if (random.chance(0.95)) places.sort((left, right) => left - right);
  const chunks = places.flatMap(at => chunk(random, lines, at));
  return [`*** Update File: ${name}`, ...move, ...chunks];
}

/** Spoils a patch text here and there: cut, doubled, indented and foreign lines. */
function spoil(random: Random, lines: string[]): string[] {
  const out = [...lines];
  for (let count = random.below(3); count >= 0; count -= 1) {
    const at = random.below(out.length);
    const edit = random.below(6);
    if (edit === 0) out.splice(at, 1);
    else if (edit === 1) out.splice(at, 0, out[at] ?? "");
    else if (edit === 2) out[at] = `  ${out[at] ?? ""}`;
    else if (edit === 3) out[at] = `${out[at] ?? ""} `;
    else if (edit === 4) out.splice(at, 0, line(random));
    else
      out.splice(
        at,
        0,
        random.pick(["*** Move to: m", "*** End of File", "*x", "***", "@@ @@", "@", "*** End Patch", "\t"]),
      );
    if (out.length === 0) break;
  }
  return out;
}

/** One generated case. */
export function applyPatchCase(random: Random): ApplyPatchCase {
  const nodes = tree(random);
  const hunks = random.list(random.chance(0.03) ? 0 : 1, 3, () => hunk(random, nodes)).flat();
  let lines = ["*** Begin Patch", ...hunks, "*** End Patch"];
  if (random.chance(0.25)) lines = spoil(random, lines);
  if (random.chance(0.08)) {
    const word = random.pick(["EOF", "'EOF'", '"EOF"', "'PATCH'", "EOF "]);
    lines = [`<<${word}`, ...lines, random.pick(["EOF", "EOF", "PATCH", " EOF", "xEOF"])];
  }
  const end = random.chance(0.1) ? "\r\n" : "\n";
  const patch = lines.join(end) + random.pick(["", end, "\n\n", " "]);
  return { tree: nodes, patch, via: random.chance(0.2) ? "stdin" : "argument" };
}

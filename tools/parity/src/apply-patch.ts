import { execFile } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { parsePatch, type ProgramResult, resolvePath, runApplyPatchProgram } from "@codex-ts/apply-patch";
import { nodePatchFs } from "@codex-ts/apply-patch/node";
import { type ApplyPatchCase, applyPatchCase } from "./apply-patch-cases.ts";
import { Random } from "./random.ts";
import { findReference, nativeProgram } from "./reference.ts";

export interface ApplyPatchParityOptions {
  /** The reference program's executable. */
  reference: string;
  /** A folder for the cases' trees; a folder of its own is made and removed in it. */
  workFolder: string;
  cases: number;
  seed: number;
}

export interface ApplyPatchDifference {
  number: number;
  case: ApplyPatchCase;
  what: string;
  ours: string;
  reference: string;
}

export interface ApplyPatchParity {
  cases: number;
  /** How many cases ended with success in both programs. */
  successes: number;
  /** Cases where the programs differ on purpose. */
  explained: number;
  differences: ApplyPatchDifference[];
}

/**
 * Runs our `apply_patch` and the reference's on the same generated trees and patches, and compares exit code, both
 * streams, and everything that stands in the folder afterwards. The reference acts as the stand-alone program when it
 * is started under the name `apply_patch`.
 */
export async function compareApplyPatch(options: ApplyPatchParityOptions): Promise<ApplyPatchParity> {
  const random = new Random(options.seed);
  const base = mkdtempSync(path.join(options.workFolder, "apply-patch-parity-"));
  const found: ApplyPatchParity = { cases: options.cases, successes: 0, explained: 0, differences: [] };
  try {
    const program = path.join(base, "apply_patch");
    symlinkSync(options.reference, program);
    for (let number = 0; number < options.cases; number += 1) {
      const generated = applyPatchCase(random);
      const theirs = await inFreshTree(base, generated, cwd => runReference(program, generated, cwd));
      const ours = await inFreshTree(base, generated, cwd => runOurs(generated, cwd));
      if (theirs.result.exitCode === 0 && ours.result.exitCode === 0) found.successes += 1;
      const what = difference(ours, theirs);
      if (what === null) continue;
      if (movesOntoItself(generated)) {
        found.explained += 1;
        continue;
      }
      found.differences.push({
        number,
        case: generated,
        what,
        ours: JSON.stringify(ours, null, 2),
        reference: JSON.stringify(theirs, null, 2),
      });
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  return found;
}

/** `pnpm parity apply-patch [--cases N] [--seed N]`: prints the differences, and tells whether there are none. */
export async function applyPatchParity(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { cases: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
  });
  const reference = await findReference(process.env);
  const found = await compareApplyPatch({
    reference: await nativeProgram(reference),
    workFolder: reference.cache,
    cases: Number(values.cases),
    seed: Number(values.seed),
  });
  for (const { number, what, case: generated, ours, reference: theirs } of found.differences.slice(0, 10)) {
    process.stdout.write(`case ${number} differs in ${what}\npatch: ${JSON.stringify(generated.patch)}\n`);
    process.stdout.write(`ours: ${ours}\nreference: ${theirs}\n`);
  }
  const equal = found.differences.length === 0;
  process.stdout.write(
    `${equal ? "equal  " : "DIFFERS"} apply_patch: ${found.cases - found.differences.length}/${found.cases} cases` +
      ` (${found.successes} applied, ${found.explained} differ on purpose: a file moved onto itself is kept)\n`,
  );
  return equal;
}

interface Outcome {
  result: ProgramResult;
  tree: Record<string, string>;
}

async function inFreshTree(
  base: string,
  generated: ApplyPatchCase,
  run: (cwd: string) => Promise<ProgramResult>,
): Promise<Outcome> {
  const cwd = path.join(base, "case");
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd);
  for (const [name, node] of generated.tree) {
    const file = path.join(cwd, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (node.type === "dir") mkdirSync(file, { recursive: true });
    else if (node.type === "link") symlinkSync(node.target, file);
    else if (node.type === "hard-link") linkSync(path.join(cwd, node.to), file);
    else {
      writeFileSync(file, node.bytes);
      chmodSync(file, node.mode);
    }
  }
  const result = await run(cwd);
  return { result, tree: snapshot(cwd) };
}

function runReference(program: string, { patch, via }: ApplyPatchCase, cwd: string): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      via === "argument" ? [patch] : [],
      { cwd, env: { HOME: cwd } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ stdout, stderr, exitCode: typeof error?.code === "number" ? error.code : 0 });
      },
    );
    // The program may end without reading its input.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(via === "stdin" ? patch : "");
  });
}

function runOurs({ patch, via }: ApplyPatchCase, cwd: string): Promise<ProgramResult> {
  return runApplyPatchProgram({
    args: via === "argument" ? [patch] : [],
    readStdin: async () => Buffer.from(patch),
    cwd,
    home: cwd,
    fs: nodePatchFs,
  });
}

/** Everything below a folder, as comparable text. */
function snapshot(folder: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(path.join(folder, below)).toSorted()) {
    const relative = path.join(below, name);
    const file = path.join(folder, relative);
    const stats = lstatSync(file);
    if (stats.isSymbolicLink()) found[relative] = `link ${readlinkSync(file)}`;
    else if (stats.isDirectory()) {
      found[relative] = "dir";
      Object.assign(found, snapshot(folder, relative));
    } else {
      const mode = (stats.mode & 0o7777).toString(8);
      found[relative] = `file ${mode} ${stats.nlink} ${readFileSync(file).toString("latin1")}`;
    }
  }
  return found;
}

function difference(ours: Outcome, theirs: Outcome): string | null {
  for (const part of ["exitCode", "stdout", "stderr"] as const) {
    if (ours.result[part] !== theirs.result[part]) return part;
  }
  return JSON.stringify(ours.tree) === JSON.stringify(theirs.tree) ? null : "tree";
}

/** A file moved onto itself is lost by the reference; we keep it. */
function movesOntoItself({ patch }: ApplyPatchCase): boolean {
  try {
    return parsePatch(patch).hunks.some(
      hunk =>
        hunk.type === "update" &&
        hunk.movePath !== null &&
        resolvePath("/case", hunk.path) === resolvePath("/case", hunk.movePath),
    );
  } catch {
    return false;
  }
}

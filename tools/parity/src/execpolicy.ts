import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type ProgramResult, runExecpolicyCheck } from "@codex-ts/execpolicy";
import { type ExecpolicyCase, execpolicyCase } from "./execpolicy-cases.ts";
import { Random } from "./random.ts";
import { findReference, nativeProgram } from "./reference.ts";

export interface ExecpolicyDifference {
  number: number;
  case: ExecpolicyCase;
  ours: string;
  reference: string;
}

export interface ExecpolicyParity {
  cases: number;
  /** How many cases ended with a decision or with no match in both programs. */
  successes: number;
  /** Cases where the programs differ on purpose. */
  explained: number;
  differences: ExecpolicyDifference[];
}

/** What a comparison of `execpolicy check` runs. */
export interface ExecpolicyParityOptions {
  /** The reference program's executable. */
  reference: string;
  /** A folder for the cases' files; a folder of its own is made and removed in it. */
  workFolder: string;
  cases: number;
  seed: number;
}

/**
 * Runs both programs on the same generated rules files and commands. Exit code and stdout have to be the same bytes; of
 * stderr the file, the message and its line and column count. The drawing, the traceback, the list of expected tokens
 * and the suggestion of a name are not part of the contract.
 */
export async function compareExecpolicy(options: ExecpolicyParityOptions): Promise<ExecpolicyParity> {
  const random = new Random(options.seed);
  const base = mkdtempSync(path.join(options.workFolder, "execpolicy-parity-"));
  const found: ExecpolicyParity = { cases: options.cases, successes: 0, explained: 0, differences: [] };
  try {
    for (let number = 0; number < options.cases; number += 1) {
      const generated = execpolicyCase(random);
      const cwd = path.join(base, "case");
      rmSync(cwd, { recursive: true, force: true });
      mkdirSync(cwd);
      for (const [name, text] of generated.files) writeFileSync(path.join(cwd, name), text);
      const theirs = await runReference(options.reference, generated, cwd);
      const ours = await runOurs(generated, cwd);
      if (theirs.exitCode === 0 && ours.exitCode === 0) found.successes += 1;
      if (contract(ours) === contract(theirs)) continue;
      if (endsTooSoon(generated, ours, theirs)) {
        found.explained += 1;
        continue;
      }
      found.differences.push({ number, case: generated, ours: contract(ours), reference: contract(theirs) });
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
  return found;
}

/** `pnpm parity execpolicy [--cases N] [--seed N]`: prints the differences, and tells whether there are none. */
export async function execpolicyParity(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { cases: { type: "string", default: "2000" }, seed: { type: "string", default: "1" } },
  });
  const reference = await findReference(process.env);
  const found = await compareExecpolicy({
    reference: await nativeProgram(reference),
    workFolder: reference.cache,
    cases: Number(values.cases),
    seed: Number(values.seed),
  });
  for (const { number, case: generated, ours, reference: theirs } of found.differences.slice(0, 10)) {
    process.stdout.write(`case ${number} differs\n${JSON.stringify(generated, null, 2)}\n`);
    process.stdout.write(`ours: ${ours}\nreference: ${theirs}\n`);
  }
  const equal = found.differences.length === 0;
  process.stdout.write(
    `${equal ? "equal  " : "DIFFERS"} execpolicy check: ${found.cases - found.differences.length}/${found.cases} cases` +
      ` (${found.successes} decided, ${found.explained} differ on purpose: we point to where an unfinished file ends)\n`,
  );
  return equal;
}

function runReference(program: string, generated: ExecpolicyCase, cwd: string): Promise<ProgramResult> {
  const options = [
    ...generated.files.flatMap(([name]) => ["--rules", name]),
    ...(generated.pretty ? ["--pretty"] : []),
    ...(generated.resolveHostExecutables ? ["--resolve-host-executables"] : []),
  ];
  const args = ["execpolicy", "check", ...options, "--", ...generated.args];
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { HOME: cwd, CODEX_HOME: cwd } }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ stdout, stderr, exitCode: typeof error?.code === "number" ? error.code : 0 });
    });
  });
}

function runOurs(generated: ExecpolicyCase, cwd: string): Promise<ProgramResult> {
  const { args, pretty, resolveHostExecutables } = generated;
  return runExecpolicyCheck(
    { files: generated.files.map(([name]) => name), args, pretty, resolveHostExecutables },
    { readFile: file => readFile(path.join(cwd, file)), lookup: { cwd, home: cwd } },
  );
}

/** The part of an outcome that both programs promise. */
function contract(result: ProgramResult): string {
  return JSON.stringify([result.exitCode, result.stdout, ...errorLines(result.stderr)]);
}

/** The lines of stderr that count: what failed, the message, the place. */
function errorLines(stderr: string): string[] {
  const [text = ""] = stderr.split("\n\nStack backtrace");
  return text
    .split("\n")
    .filter(line => !line.startsWith("WARNING: proceeding"))
    .map(line => line.trim().replace(/^starlark error: /, ""))
    .map(line => line.replace(/, expected one of .*$/, "").replace(/, did you mean `.*`\?$/, ""))
    .filter(line => /^(?:Error: |error: |--> |expected |invalid )/.test(line));
}

/**
 * A file that ends inside of a statement, behind a final newline: the reference points to the first character of the
 * file, we point to its end.
 */
function endsTooSoon(generated: ExecpolicyCase, ours: ProgramResult, theirs: ProgramResult): boolean {
  const placeless = (result: ProgramResult): string => contract(result).replace(/--> [^"]*/, "");
  const [, name, place] = /--> ([^:\s]+):(\d+):1\n/.exec(ours.stderr) ?? [];
  const text = generated.files.find(([file]) => file === name)?.[1];
  return (
    text?.endsWith("\n") === true &&
    Number(place) === text.split("\n").length &&
    theirs.stderr.includes(`--> ${name}:1:1\n`) &&
    placeless(ours) === placeless(theirs)
  );
}

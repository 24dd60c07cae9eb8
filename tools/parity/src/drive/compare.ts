import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { record, type Recording } from "./drive.ts";
import { differences, type Difference } from "./differences.ts";
import type { Allowed, Scenario, View } from "./scenario.ts";
import { subjects } from "./subject.ts";

/** How a set of scenarios is compared. */
export interface Comparing {
  readonly scenarios: readonly Scenario[];
  readonly view: View;
  readonly allowed: readonly Allowed[];
  /** The scenarios are not all for which the allowances were made. */
  readonly partial?: boolean;
}

export interface Outcome {
  readonly scenario: string;
  readonly unexplained: readonly Difference[];
  readonly explained: readonly { difference: Difference; reason: string }[];
  /** A program could not play it to its end. */
  readonly failure: string | null;
}

/**
 * Plays every scenario whose name contains one of the words (all when there are none) on both programs, prints what
 * differs, and tells whether everything is equal or explained. A scenario that differs is played once more, for what a busy
 * machine does, unless `--once` is given; `--show` prints explained differences too; `--out=FOLDER` writes what was compared, as JSON. An allowance that explains nothing in a
 * full run is reported.
 */
export async function compareScenarios(comparing: Comparing, args: readonly string[]): Promise<boolean> {
  const options = new Set(args.filter(word => word.startsWith("--")));
  const words = args.filter(word => !word.startsWith("--"));
  const chosen = comparing.scenarios.filter(
    ({ name }) => words.length === 0 || words.some(word => name.includes(word)),
  );
  const out = args.find(word => word.startsWith("--out="))?.slice("--out=".length) ?? null;
  const used = new Set<Allowed>();
  let failed = 0;
  for (const scenario of chosen) {
    let outcome = await compareOnce(comparing, scenario, used, out);
    if (!passed(outcome) && !options.has("--once")) outcome = await compareOnce(comparing, scenario, used, out);
    if (!passed(outcome)) failed++;
    print(outcome, options.has("--show"));
  }
  process.stdout.write(`${chosen.length - failed} of ${chosen.length} scenarios agree\n`);
  const unused =
    words.length > 0 || comparing.partial === true ? [] : comparing.allowed.filter(entry => !used.has(entry));
  for (const { path, reason } of unused) process.stdout.write(`unused allowance: ${path} (${reason})\n`);
  return failed === 0 && chosen.length > 0;
}

async function compareOnce(
  comparing: Comparing,
  scenario: Scenario,
  used: Set<Allowed>,
  out: string | null,
): Promise<Outcome> {
  const [ours, reference] = await subjects(process.env);
  const recordings = await Promise.all(
    [ours, reference].map(subject => record(subject, scenario, drive => scenario.play(drive))),
  );
  if (out !== null) await writeViews(out, scenario.name, comparing.view, recordings);
  return judge(comparing, scenario.name, recordings[0]!, recordings[1]!, used);
}

async function writeViews(out: string, name: string, view: View, recordings: readonly Recording[]): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const recording of recordings) {
    const file = path.join(out, `${name.replace(/\W+/g, "-").slice(0, 120)}.${recording.subject}.json`);
    await writeFile(file, `${JSON.stringify(view(recording), null, 1)}\n`);
  }
}

/** Compares two recordings of one scenario. */
export function judge(
  { view, allowed }: Pick<Comparing, "view" | "allowed">,
  scenario: string,
  ours: Recording,
  reference: Recording,
  used = new Set<Allowed>(),
): Outcome {
  const unexplained: Difference[] = [];
  const explained: Outcome["explained"][number][] = [];
  for (const difference of differences(view(ours), view(reference))) {
    const entry = allowed.find(candidate => covers(candidate, scenario, difference));
    if (entry === undefined) unexplained.push(difference);
    else {
      used.add(entry);
      explained.push({ difference, reason: entry.reason });
    }
  }
  const failures = [ours, reference].flatMap(({ subject, failure }) =>
    failure === null ? [] : [`${subject}: ${failure}`],
  );
  return { scenario, unexplained, explained, failure: failures.length === 0 ? null : failures.join("; ") };
}

function covers(entry: Allowed, scenario: string, { path, ours, reference }: Difference): boolean {
  return (
    (entry.scenario?.test(scenario) ?? true) &&
    entry.path.test(path) &&
    (entry.ours?.test(JSON.stringify(ours) ?? "") ?? true) &&
    (entry.reference?.test(JSON.stringify(reference) ?? "") ?? true)
  );
}

function passed({ unexplained, failure }: Outcome): boolean {
  return unexplained.length === 0 && failure === null;
}

function print(outcome: Outcome, all: boolean): void {
  process.stdout.write(`${passed(outcome) ? "ok  " : "FAIL"} ${outcome.scenario}\n`);
  if (outcome.failure !== null) process.stdout.write(`     not played to its end: ${outcome.failure}\n`);
  for (const { path, ours, reference } of outcome.unexplained) {
    process.stdout.write(`     ${path}\n       ours       ${short(ours)}\n       reference  ${short(reference)}\n`);
  }
  if (!all) return;
  for (const { difference, reason } of outcome.explained)
    process.stdout.write(`     (${difference.path}: ${reason})\n`);
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "(missing)";
  return text.length <= 2000 ? text : `${text.slice(0, 1000)} … ${text.slice(-900)}`;
}

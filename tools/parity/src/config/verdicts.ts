import process from "node:process";
import type { Difference } from "../drive/differences.ts";
import { explained } from "./allowed.ts";

/** Counts what was equal, what differs on purpose and what differs, and prints the last. */
export class Verdicts {
  private readonly tally = { equal: 0, allowed: 0, failed: 0 };
  private readonly reasons = new Map<string, number>();
  private readonly show: boolean;

  /** @param show print cases that differ on purpose, and the files of every case that is printed */
  constructor(show: boolean) {
    this.show = show;
  }

  add(label: string, found: readonly Difference[], files: Readonly<Record<string, string>>): void {
    const open = found.filter(difference => {
      const reason = explained(difference);
      if (reason !== null) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
      return reason === null;
    });
    if (found.length === 0) this.tally.equal++;
    else if (open.length === 0) this.tally.allowed++;
    else this.tally.failed++;
    if (found.length === 0 || (open.length === 0 && !this.show)) return;
    process.stdout.write(`${open.length === 0 ? "ok  " : "FAIL"} ${label}\n`);
    for (const { path, ours, reference } of open.slice(0, 8)) {
      process.stdout.write(`     ${path}\n       ours       ${short(ours)}\n       reference  ${short(reference)}\n`);
    }
    if (this.show) for (const [place, text] of Object.entries(files)) process.stdout.write(`--- ${place}\n${text}`);
  }

  /** Prints the counts; whether nothing differed. */
  end(what: string): boolean {
    const { equal, allowed, failed } = this.tally;
    for (const [reason, times] of this.reasons) process.stdout.write(`allowed ${times} x: ${reason}\n`);
    const all = equal + allowed + failed;
    process.stdout.write(`${equal} equal, ${allowed} differ on purpose, ${failed} differ, of ${all} ${what}\n`);
    return failed === 0;
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "(missing)";
  return text.length <= 600 ? text : `${text.slice(0, 600)}…`;
}

import { ApplyPatchError } from "../src/index.ts";

/** Runs a parser; passes on only what is not the package's own error. */
export function throwsOnlyItsOwn(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ApplyPatchError)) throw error;
  }
}

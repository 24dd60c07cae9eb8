// Writes a copy of a package's sources in which every small change can be switched on by its number.
import { readFileSync } from "node:fs";
import path from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";

const silent = () => {};
const logger = {
  isDebugEnabled: () => false,
  isTraceEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
};

/**
 * @param {string} folder the package
 * @param {readonly string[]} files relative to it
 * @returns the changed sources by their absolute path, and the list of changes
 */
export async function instrument(folder, files) {
  const instrumenter = new Instrumenter(logger);
  const sources = files.map(name => ({
    name: path.join(folder, name),
    mutate: true,
    content: readFileSync(path.join(folder, name), "utf8"),
  }));
  const result = await instrumenter.instrument(sources, { excludedMutations: [], ignorers: [], plugins: null });
  return { sources: new Map(result.files.map(({ name, content }) => [name, content])), mutants: result.mutants };
}

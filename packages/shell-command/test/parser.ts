import { readFileSync } from "node:fs";
import { type BashParser, loadBashParser } from "../src/index.ts";
import { bashWasmFiles } from "../src/node.ts";

/** The grammar without the fast path in front of it. */
export async function grammarParser(): Promise<BashParser> {
  const files = bashWasmFiles();
  return await loadBashParser({
    wasm: { runtime: readFileSync(files.runtime), grammar: readFileSync(files.grammar) },
  });
}

/** Reads a table of vectors of this folder. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(`${import.meta.dirname}/vectors/${name}.json`, "utf8")) as T;
}

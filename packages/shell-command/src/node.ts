import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { LazyBashParser } from "./bash/parser.ts";
import { type BashWasm, loadBashParser } from "./bash/grammar.ts";

/** Options of `nodeBashParser`. */
export interface NodeBashParserOptions {
  /**
   * Folder that holds `web-tree-sitter.wasm` and `tree-sitter-bash.wasm`; for programs that are bundled. Without it the
   * files are found in the installed packages.
   */
  wasmDir?: string;
}

/** A lazy parser that reads the wasm files from disk when a script first needs the grammar. */
export function nodeBashParser(options: NodeBashParserOptions = {}): LazyBashParser {
  return new LazyBashParser(() => loadBashParser({ wasm: () => readWasm(options.wasmDir), now: processorTime }));
}

/** Time of the processor in ms: what other programs do does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Where the two files are: absolute paths. A bundler's build step copies these into its `wasmDir`. */
export function bashWasmFiles(wasmDir?: string): { runtime: string; grammar: string } {
  if (wasmDir !== undefined) {
    return {
      runtime: path.join(wasmDir, "web-tree-sitter.wasm"),
      grammar: path.join(wasmDir, "tree-sitter-bash.wasm"),
    };
  }
  const require = createRequire(import.meta.url);
  return {
    runtime: require.resolve("web-tree-sitter/web-tree-sitter.wasm"),
    grammar: require.resolve("tree-sitter-bash/tree-sitter-bash.wasm"),
  };
}

async function readWasm(wasmDir: string | undefined): Promise<BashWasm> {
  const files = bashWasmFiles(wasmDir);
  const [runtime, grammar] = await Promise.all([readFile(files.runtime), readFile(files.grammar)]);
  return { runtime, grammar };
}

import type { Node, Parser, Tree, TreeCursor } from "web-tree-sitter";
import { ShellCommandError } from "../errors.ts";
import { isUnreadable } from "./fast.ts";
import type { BashParser } from "./parser.ts";
import { heredocWords, plainCommandsOf } from "./tree.ts";

/** Where the two wasm files are: their bytes, or something the platform's `fetch`/`import` gives bytes for. */
export interface BashWasm {
  /** `web-tree-sitter.wasm`, from the package `web-tree-sitter`. */
  runtime: Uint8Array;
  /** `tree-sitter-bash.wasm`, from the package `tree-sitter-bash`. */
  grammar: Uint8Array;
}

/**
 * How long one script may take, in ms. Ordinary scripts take far less than one; error recovery takes time by the square
 * of what it has to skip, so that the clock is looked at well before 50 ms. What is given up counts as not word-only, and
 * so gets a question.
 */
const MAX_PARSE_MS = 25;

/** The first scripts also pay for compiling the grammar: so much for all of them. */
const WARM_UP_MS = 150;

/**
 * Loads the bash grammar (about 30 ms, 1.5 MB).
 * @param options.wasm the two wasm files, or a function that gives them (called once)
 * @param options.now a clock in ms that bounds the time a script may take (25 ms); without it nothing does. Best is one
 *   that counts the time of the processor: on a busy machine the same script then gets the same answer
 * @throws ShellCommandError `parser_load_failed`
 */
export async function loadBashParser(options: {
  wasm: BashWasm | (() => BashWasm | Promise<BashWasm>);
  now?: () => number;
}): Promise<BashParser> {
  try {
    const wasm = typeof options.wasm === "function" ? await options.wasm() : options.wasm;
    const { Language, Parser: TreeSitter } = await import("web-tree-sitter");
    await TreeSitter.init({ wasmBinary: wasm.runtime });
    const parser = new TreeSitter();
    parser.setLanguage(await Language.load(wasm.grammar));
    return new GrammarParser(parser, options.now);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ShellCommandError("parser_load_failed", `The bash grammar could not be loaded: ${why}`, { cause: error });
  }
}

class GrammarParser implements BashParser {
  readonly #parser: Parser;

  readonly #now: (() => number) | undefined;
  #warmUp = WARM_UP_MS;

  constructor(parser: Parser, now: (() => number) | undefined) {
    this.#parser = parser;
    this.#now = now;
  }

  plainCommands(script: string): string[][] | null {
    return this.#withTree(script, (tree, cursor) => plainCommandsOf(script, tree, cursor));
  }

  heredocCommand(script: string): string[] | null {
    return this.#withTree(script, (tree, cursor) => heredocWords(script, tree, cursor));
  }

  #withTree<T>(script: string, read: (root: Node, cursor: TreeCursor) => T | null): T | null {
    const tree = isUnreadable(script) ? null : this.#parse(script);
    if (tree === null) return null;
    const root = tree.rootNode;
    try {
      if (root.hasError) return null;
      const cursor = root.walk();
      try {
        return read(root, cursor);
      } finally {
        cursor.delete();
      }
    } finally {
      tree.delete();
    }
  }

  #parse(script: string): Tree | null {
    const now = this.#now;
    if (now === undefined) return this.#parser.parse(script);
    const start = now();
    const end = start + MAX_PARSE_MS + this.#warmUp;
    const tree = this.#parser.parse(script, null, { progressCallback: () => now() > end });
    this.#warmUp = Math.max(0, this.#warmUp - (now() - start));
    if (tree === null) this.#parser.reset();
    return tree;
  }
}

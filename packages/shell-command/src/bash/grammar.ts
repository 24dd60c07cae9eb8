import type { Node, Parser, Tree, TreeCursor } from "web-tree-sitter";
import { ShellCommandError } from "../errors.ts";
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
 * The parser reports progress once for about 100 of its steps. Ordinary text needs far less than one report a
 * character; text that keeps error recovery busy needs many more and is given up (and then counts as not word-only).
 */
const REPORTS_PER_CHARACTER = 1;
const REPORTS_AT_LEAST = 200;

/**
 * Loads the bash grammar (about 30 ms, 1.5 MB).
 * @param options.wasm the two wasm files, or a function that gives them (called once)
 * @throws ShellCommandError `parser_load_failed`
 */
export async function loadBashParser(options: {
  wasm: BashWasm | (() => BashWasm | Promise<BashWasm>);
}): Promise<BashParser> {
  try {
    const wasm = typeof options.wasm === "function" ? await options.wasm() : options.wasm;
    const { Language, Parser: TreeSitter } = await import("web-tree-sitter");
    await TreeSitter.init({ wasmBinary: wasm.runtime });
    const parser = new TreeSitter();
    parser.setLanguage(await Language.load(wasm.grammar));
    return new GrammarParser(parser);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ShellCommandError("parser_load_failed", `The bash grammar could not be loaded: ${why}`, { cause: error });
  }
}

class GrammarParser implements BashParser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  plainCommands(script: string): string[][] | null {
    return this.#withTree(script, (tree, cursor) => plainCommandsOf(script, tree, cursor));
  }

  heredocCommand(script: string): string[] | null {
    return this.#withTree(script, (tree, cursor) => heredocWords(script, tree, cursor));
  }

  #withTree<T>(script: string, read: (root: Node, cursor: TreeCursor) => T | null): T | null {
    const tree = this.#parse(script);
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
    const limit = Math.max(REPORTS_AT_LEAST, script.length * REPORTS_PER_CHARACTER);
    let reports = 0;
    const tree = this.#parser.parse(script, null, {
      progressCallback: () => {
        reports += 1;
        return reports > limit;
      },
    });
    if (tree === null) this.#parser.reset();
    return tree;
  }
}

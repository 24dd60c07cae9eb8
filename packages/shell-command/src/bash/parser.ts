import { ShellCommandError } from "../errors.ts";
import { posixScript } from "../detect.ts";
import { fastPlainCommands, UNDECIDED } from "./fast.ts";

/**
 * Reads bash text. Everything in this package that looks inside a script takes one of these; `loadBashParser` gives the
 * grammar itself, `LazyBashParser` the one that answers most scripts without it.
 */
export interface BashParser {
  /**
   * The commands of a script that consists of nothing but plain commands (literal words) joined by `&&`, `||`, `;`,
   * `|` or newlines; null for every other script (section 3).
   */
  plainCommands(script: string): string[][] | null;
  /** The literal words of the only command of a script that has a heredoc; null otherwise (section 4). */
  heredocCommand(script: string): string[] | null;
}

/** A parser that reads what it can without the grammar, and loads the grammar when a script first needs it. */
export class LazyBashParser implements BashParser {
  readonly #load: () => Promise<BashParser>;
  #loading: Promise<void> | null = null;
  #grammar: BashParser | null = null;

  /** @param load gives the grammar (`() => loadBashParser(...)`); called at most once at a time, again after a failure */
  constructor(load: () => Promise<BashParser>) {
    this.#load = load;
  }

  /** True once the grammar is there: from then on every script is answered. */
  get loaded(): boolean {
    return this.#grammar !== null;
  }

  /** Loads the grammar. Throws what the loader throws. */
  async load(): Promise<void> {
    if (this.#grammar !== null) return;
    this.#loading ??= this.#load().then(
      grammar => {
        this.#grammar = grammar;
        this.#loading = null;
      },
      (error: unknown) => {
        this.#loading = null;
        throw error;
      },
    );
    await this.#loading;
  }

  /**
   * Makes sure that every question about this argument list can be answered; loads the grammar only when its script
   * needs it. Await this before the synchronous functions.
   */
  async prepare(argv: readonly string[]): Promise<void> {
    const script = posixScript(argv);
    if (script !== null) await this.prepareScript(script);
  }

  /** As `prepare`, for a script without its wrapper. */
  async prepareScript(script: string): Promise<void> {
    if (needsGrammar(script)) await this.load();
  }

  plainCommands(script: string): string[][] | null {
    const fast = fastPlainCommands(script);
    return fast === UNDECIDED ? this.#require().plainCommands(script) : fast;
  }

  heredocCommand(script: string): string[] | null {
    return script.includes("<<") ? this.#require().heredocCommand(script) : null;
  }

  #require(): BashParser {
    if (this.#grammar !== null) return this.#grammar;
    throw new ShellCommandError(
      "parser_not_ready",
      "This script needs the bash grammar, which is not loaded: await prepare(argv) or load() on the parser first.",
    );
  }
}

/** True when a script cannot be answered by the fast path alone. */
export function needsGrammar(script: string): boolean {
  return script.includes("<<") || fastPlainCommands(script) === UNDECIDED;
}

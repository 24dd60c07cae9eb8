import type { Frame, Span } from "./source.ts";

/** A failure inside the language. The interpreter adds the place; nothing outside this folder sees it. */
export class Fault extends Error {
  span: Span | null;
  frames: readonly Frame[];

  constructor(message: string, span: Span | null = null) {
    super(message);
    this.name = "Fault";
    this.span = span;
    this.frames = [];
  }
}

/**
 * What a program may use up. Rules files are short; the limits only stop programs that would not end or would fill the
 * memory.
 */
export class Budget {
  #steps: number;

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** Takes steps: one for each node that is evaluated, one for each element that is made or compared. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new Fault("Too many steps: the rules file does not come to an end");
  }
}

/** The most characters of one string, elements of one list, and digits (in bits) of one number. */
export const MAX_STRING = 1_000_000;
export const MAX_ELEMENTS = 100_000;
export const MAX_BITS = 4096;
/** Nesting of values that are printed, compared or hashed. */
export const MAX_VALUE_DEPTH = 100;
/** Nesting of brackets in the source, and of the syntax tree (a chain of operators nests to the left). */
export const MAX_SYNTAX_DEPTH = 200;
export const MAX_TREE_DEPTH = 500;
/** Nesting of evaluations at run time, over all calls. */
export const MAX_EVAL_DEPTH = 1500;
/** Nesting of calls, as in the reference program. */
export const MAX_CALL_DEPTH = 49;

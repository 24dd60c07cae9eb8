import { languageBuiltins } from "./builtins.ts";
import { Budget, Fault } from "./fault.ts";
import type { NativeFunction } from "./functions.ts";
import { Interpreter } from "./interpreter.ts";
import { parseProgram } from "./parser.ts";
import { resolveNames } from "./resolve.ts";
import type { SourceFile } from "./source.ts";
import type { Value } from "./values.ts";

/**
 * Steps that a rules file of this length may take: room for loops, and more than the rules of a file need that lists
 * them one by one (a rule takes about ten).
 */
export function defaultSteps(characters: number): number {
  return 60_000 + 10 * characters;
}

/**
 * Runs a rules file.
 * @param functions what the file can call beside the language's own functions
 * @throws ExecPolicyError `language`, with the place
 */
export function runProgram(
  source: SourceFile,
  functions: readonly NativeFunction[],
  steps = defaultSteps(source.text.length),
): void {
  const builtins = new Map<string, Value>([["None", null], ["True", true], ["False", false], ...languageBuiltins()]);
  for (const native of functions) builtins.set(native.name, native);
  try {
    const program = parseProgram(source);
    resolveNames(program, new Set(builtins.keys()));
    new Interpreter(source, builtins, new Budget(steps)).run(program);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw source.error(error.message, error.span ?? { start: 0, end: 0 }, error.frames);
  }
}

import type { Argument, Expr } from "./ast.ts";
import { endOf } from "./nodes.ts";
import type { TokenStream } from "./tokens.ts";

const ARGUMENT_ORDER = { positional: 0, named: 1, args: 2, kwargs: 3 };
/** So many arguments are compared one by one: a set costs more than that. */
const FEW_ARGUMENTS = 8;

/** The node of an argument that begins at `start`. */
export function argument(kind: Argument["kind"], name: string, value: Expr, start: number): Argument {
  return { kind, name, value, span: { start, end: endOf(value) } };
}

/** Positional, named, `*args`, `**kwargs`: in this order, names once. */
export function checkArguments(args: readonly Argument[], tokens: TokenStream): void {
  const names = args.length > FEW_ARGUMENTS ? new Set<string>() : null;
  let reached = 0;
  for (const { kind, name, span } of args) {
    if (kind === "positional" && reached > 0) tokens.complain("positional argument after non positional", span);
    if (kind === "named" && reached > 1) tokens.complain("named argument after *args or **kwargs", span);
    if (kind === "args" && reached > 1) tokens.complain("Args array after another args or kwargs", span);
    if (kind === "kwargs" && reached > 2) tokens.complain("Multiple kwargs dictionary in arguments", span);
    if (kind === "named") {
      const repeated =
        names?.has(name) ??
        args.some(other => other.kind === kind && other.name === name && other.span.start < span.start);
      if (repeated) tokens.complain("repeated named argument", span);
      names?.add(name);
    }
    reached = ARGUMENT_ORDER[kind];
  }
}

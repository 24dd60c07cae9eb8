import type { Expr, Parameter } from "./ast.ts";
import type { TokenStream } from "./tokens.ts";

/** What the parser of parameters needs of the parser of expressions. */
interface ParameterContext {
  readonly tokens: TokenStream;
  expression(): Expr;
  annotation(): Expr;
}

/** Parses the parameters of a `def` (typed) or `lambda` up to, but without, the closing token. */
export function parseParameters(parser: ParameterContext, close: string, typed: boolean): Parameter[] {
  const { tokens } = parser;
  const parameters: Parameter[] = [];
  while (!tokens.is(close)) {
    const slash = tokens.accept("/");
    if (slash) tokens.complain("/ positional-only-arguments is not allowed in this dialect", slash);
    else parameters.push(parseParameter(parser, typed));
    if (!tokens.is(close)) tokens.expect(",", [`"${close}"`]);
  }
  checkParameters(parameters, tokens);
  return parameters;
}

function parseParameter(parser: ParameterContext, typed: boolean): Parameter {
  const { tokens } = parser;
  const { start } = tokens.current;
  const star = tokens.accept("**") ?? tokens.accept("*");
  if (star?.text === "*" && !tokens.isKind("identifier")) {
    return { kind: "bareStar", name: "", type: null, default: null, span: { start, end: star.end } };
  }
  const name = tokens.expectKind("identifier");
  const type = typed && tokens.accept(":") ? parser.annotation() : null;
  const kind = star === null ? "normal" : star.text === "*" ? "args" : "kwargs";
  const value = kind === "normal" && tokens.accept("=") ? parser.expression() : null;
  return { kind, name: name.text, type, default: value, span: { start, end: tokens.lastEnd } };
}

function checkParameters(parameters: readonly Parameter[], tokens: TokenStream): void {
  checkBareStar(parameters, tokens);
  const names = new Set<string>();
  let starred = false;
  let defaulted = false;
  let finished = false;
  for (const { kind, name, span, default: value } of parameters) {
    if (kind !== "bareStar" && names.has(name)) tokens.complain("duplicated parameter name", span);
    names.add(name);
    if (finished) tokens.complain("Parameter after kwargs", span);
    if (kind === "kwargs") finished = true;
    if (kind === "args" || kind === "bareStar") {
      if (starred) tokens.complain("Args parameter after another args or kwargs parameter", span);
      starred = true;
    }
    if (kind !== "normal") continue;
    if (value === null && defaulted && !starred) tokens.complain("positional parameter after non positional", span);
    if (value !== null) defaulted = true;
  }
}

/** A bare `*` needs a named parameter behind it. */
function checkBareStar(parameters: readonly Parameter[], tokens: TokenStream): void {
  const at = parameters.findIndex(parameter => parameter.kind === "bareStar");
  const star = parameters[at];
  const next = parameters[at + 1];
  if (star === undefined) return;
  if (next === undefined) tokens.complain("`*` parameter must not be last", star.span);
  else if (next.kind === "kwargs") tokens.complain("`*` must be followed by named parameter", next.span);
}

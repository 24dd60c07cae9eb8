import type { Expr, Parameter } from "./ast.ts";
import { Fault } from "./fault.ts";
import type { TokenStream } from "./tokens.ts";

/** Parses the parameters of a `def` (typed) or `lambda` up to, but without, the closing token. */
export function parseParameters(
  parser: { readonly tokens: TokenStream; expression(): Expr },
  close: string,
  typed: boolean,
): Parameter[] {
  const { tokens } = parser;
  const parameters: Parameter[] = [];
  while (!tokens.is(close)) {
    parameters.push(parseParameter(parser, typed));
    if (!tokens.is(close)) tokens.expect(",", [`"${close}"`]);
  }
  checkParameters(parameters);
  return parameters;
}

function parseParameter(parser: { readonly tokens: TokenStream; expression(): Expr }, typed: boolean): Parameter {
  const { tokens } = parser;
  const { start } = tokens.current;
  const slash = tokens.accept("/");
  if (slash) throw new Fault("/ positional-only-arguments is not allowed in this dialect", slash);
  const star = tokens.accept("**") ?? tokens.accept("*");
  if (star?.text === "*" && !tokens.isKind("identifier")) {
    return { kind: "bareStar", name: "", type: null, default: null, span: { start, end: star.end } };
  }
  const name = tokens.expectKind("identifier");
  const type = typed && tokens.accept(":") ? parser.expression() : null;
  const kind = star === null ? "normal" : star.text === "*" ? "args" : "kwargs";
  const value = kind === "normal" && tokens.accept("=") ? parser.expression() : null;
  return { kind, name: name.text, type, default: value, span: { start, end: tokens.lastEnd } };
}

function checkParameters(parameters: readonly Parameter[]): void {
  checkBareStar(parameters);
  const names = new Set<string>();
  let starred = false;
  let defaulted = false;
  let finished = false;
  for (const { kind, name, span, default: value } of parameters) {
    if (kind !== "bareStar" && names.has(name)) throw new Fault("duplicated parameter name", span);
    names.add(name);
    if (finished) throw new Fault("Parameter after kwargs", span);
    if (kind === "kwargs") finished = true;
    if (kind === "args" || kind === "bareStar") {
      if (starred) throw new Fault("Args parameter after another args or kwargs parameter", span);
      starred = true;
    }
    if (kind !== "normal") continue;
    if (value === null && defaulted && !starred) throw new Fault("positional parameter after non positional", span);
    if (value !== null) defaulted = true;
  }
}

/** A bare `*` needs a named parameter behind it. */
function checkBareStar(parameters: readonly Parameter[]): void {
  const at = parameters.findIndex(parameter => parameter.kind === "bareStar");
  const star = parameters[at];
  const next = parameters[at + 1];
  if (star === undefined) return;
  if (next === undefined) throw new Fault("`*` parameter must not be last", star.span);
  if (next.kind === "kwargs") throw new Fault("`*` must be followed by named parameter", next.span);
}

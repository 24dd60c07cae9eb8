import type { Expr } from "./ast.ts";
import { type Budget, Fault } from "./fault.ts";
import { toText } from "./printing.ts";
import type { TokenStream } from "./tokens.ts";
import { Callable, Dict, elementsOf, Float, isInt, List, Tuple, typeName, type Value } from "./values.ts";

/** A type annotation that was worked out. */
export class TypeCheck {
  readonly text: string;
  readonly #matches: (value: Value) => boolean;

  constructor(text: string, matches: (value: Value) => boolean) {
    this.text = text;
    this.#matches = matches;
  }

  matches(value: Value): boolean {
    return this.#matches(value);
  }

  /** Fails unless the value is of this type; `where` ends the message (`argument \`x\``, `return type`). */
  check(value: Value, where: string, budget: Budget): void {
    if (this.matches(value)) return;
    const shown = `Value \`${toText(value, budget)}\` of type \`${typeName(value)}\``;
    throw new Fault(`${shown} does not match the type annotation \`${this.text}\` for ${where}`);
  }
}

const NAMED = new Map<string, (value: Value) => boolean>([
  ["None", value => value === null],
  ["int", isInt],
  ["str", value => typeof value === "string"],
  ["bool", value => typeof value === "boolean"],
  ["float", value => value instanceof Float],
  ["list", value => value instanceof List],
  ["dict", value => value instanceof Dict],
  ["tuple", value => value instanceof Tuple],
  ["range", value => typeName(value) === "range"],
  ["type", value => value instanceof Callable],
]);

const PLAIN_KINDS = new Map<Expr["kind"], string>([
  ["float", "float"],
  ["list", "list"],
  ["dict", "dict"],
  ["lambda", "lambda"],
  ["call", "call"],
  ["conditional", "if"],
  ["fstring", "f-string"],
  ["slice", "slice"],
  ["attribute", "dot"],
]);

/** Complains about annotations that no program can mean, wherever they stand. */
export function checkTypeSyntax(expr: Expr, tokens: TokenStream): void {
  if (expr.kind === "name" || expr.kind === "ellipsis") return;
  if (expr.kind === "binary" && expr.op === "|") {
    checkTypeSyntax(expr.left, tokens);
    checkTypeSyntax(expr.right, tokens);
  } else if (expr.kind === "index" && expr.object.kind === "name") {
    checkTypeSyntax(expr.index, tokens);
    if (expr.second !== null) checkTypeSyntax(expr.second, tokens);
  } else {
    tokens.complain(`${describe(expr)} expression is not allowed in type expression`, expr.span);
  }
}

/** Reads an annotation: a type's name, `None`, `a | b`, `list[a]`, `dict[a, b]`, `tuple[a, ...]`. */
export function readType(expr: Expr): TypeCheck {
  if (expr.kind === "ellipsis") return new TypeCheck("...", () => true);
  if (expr.kind === "name") return namedType(expr.name, expr);
  if (expr.kind === "binary" && expr.op === "|") {
    const left = readType(expr.left);
    const right = readType(expr.right);
    return new TypeCheck(`${left.text} | ${right.text}`, value => left.matches(value) || right.matches(value));
  }
  if (expr.kind === "index" && expr.object.kind === "name") return genericType(expr.object.name, expr);
  throw new Fault(`${describe(expr)} expression is not allowed in type expression`, expr.span);
}

function describe(expr: Expr): string {
  if (expr.kind === "literal") return typeof expr.value === "string" ? "string literal" : typeName(expr.value);
  return PLAIN_KINDS.get(expr.kind) ?? expr.kind;
}

function namedType(name: string, expr: Expr): TypeCheck {
  const matches = NAMED.get(name);
  if (matches === undefined) throw new Fault(`Type \`${name}\` is not a type`, expr.span);
  return new TypeCheck(name, matches);
}

function genericType(name: string, expr: Expr & { kind: "index" }): TypeCheck {
  const first = readType(expr.index);
  const second = expr.second === null ? null : readType(expr.second);
  const all = (value: Value, check: TypeCheck): boolean =>
    [...(elementsOf(value) ?? [])].every(element => check.matches(element));
  if (name === "list" && second === null) {
    return new TypeCheck(`list[${first.text}]`, value => value instanceof List && all(value, first));
  }
  if (name === "tuple" && second?.text === "...") {
    return new TypeCheck(`tuple[${first.text}, ...]`, value => value instanceof Tuple && all(value, first));
  }
  if (name === "tuple") throw new Fault("`tuple[]` is implemented only for `tuple[T, ...]`", expr.span);
  if (name === "dict" && second !== null) {
    return new TypeCheck(`dict[${first.text}, ${second.text}]`, value => {
      if (!(value instanceof Dict)) return false;
      return [...value.entries.values()].every(entry => first.matches(entry.key) && second.matches(entry.value));
    });
  }
  throw new Fault(`Type \`${name}\` does not take these parameters`, expr.span);
}

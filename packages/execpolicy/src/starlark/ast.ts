import type { Span } from "./source.ts";

/** What every expression has: its place and how deep it is nested. */
interface Node {
  readonly span: Span;
  /** The place with the parentheses around it: what an expression that begins or ends with this one covers. */
  readonly outer?: Span;
  readonly depth: number;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "//"
  | "%"
  | "|"
  | "&"
  | "^"
  | "<<"
  | ">>"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "in"
  | "not in";

export type Literal = null | boolean | number | bigint | string;

export type Expr = Node &
  (
    | { kind: "name"; name: string }
    | { kind: "literal"; value: Literal }
    | { kind: "float"; value: number }
    | { kind: "ellipsis" }
    | { kind: "fstring"; parts: readonly FStringPart[] }
    | { kind: "list" | "tuple"; items: readonly Expr[] }
    | { kind: "dict"; entries: readonly { key: Expr; value: Expr }[] }
    | { kind: "listComprehension"; element: Expr; clauses: readonly Clause[] }
    | { kind: "dictComprehension"; key: Expr; value: Expr; clauses: readonly Clause[] }
    | { kind: "call"; callee: Expr; args: readonly Argument[] }
    | { kind: "attribute"; object: Expr; name: string }
    | { kind: "index"; object: Expr; index: Expr; second: Expr | null }
    | { kind: "slice"; object: Expr; start: Expr | null; stop: Expr | null; step: Expr | null }
    | { kind: "unary"; op: "+" | "-" | "~"; operand: Expr }
    | { kind: "not"; operand: Expr }
    | { kind: "binary"; op: BinaryOperator; left: Expr; right: Expr }
    | { kind: "and" | "or"; left: Expr; right: Expr }
    | { kind: "conditional"; test: Expr; then: Expr; otherwise: Expr }
    | { kind: "lambda"; parameters: readonly Parameter[]; body: Expr }
  );

export type FStringPart = { text: string } | { name: Expr; conversion: "r" | "s" };

export type Clause = { kind: "for"; target: Target; iterable: Expr } | { kind: "if"; test: Expr };

export interface Argument {
  readonly kind: "positional" | "named" | "args" | "kwargs";
  /** The name of a named argument, else empty. */
  readonly name: string;
  readonly value: Expr;
  readonly span: Span;
}

export interface Parameter {
  readonly kind: "normal" | "args" | "kwargs" | "bareStar";
  readonly name: string;
  readonly type: Expr | null;
  readonly default: Expr | null;
  readonly span: Span;
}

export type Target =
  | { kind: "name"; name: string; span: Span }
  | { kind: "place"; place: Expr & { kind: "index" | "attribute" }; span: Span }
  | { kind: "sequence"; items: readonly Target[]; span: Span };

export type Statement = { readonly span: Span } & (
  | { kind: "expression"; value: Expr }
  | { kind: "assign"; target: Target; type: Expr | null; value: Expr }
  | { kind: "augmented"; target: Target; op: BinaryOperator; value: Expr }
  | { kind: "def"; name: string; parameters: readonly Parameter[]; returns: Expr | null; body: readonly Statement[] }
  | { kind: "for"; target: Target; iterable: Expr; body: readonly Statement[] }
  | { kind: "if"; branches: readonly { test: Expr; body: readonly Statement[] }[]; otherwise: readonly Statement[] }
  | { kind: "return"; value: Expr | null }
  | { kind: "break" | "continue" | "pass" }
  | { kind: "load"; module: string }
);

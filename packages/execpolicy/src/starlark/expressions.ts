import { argument, checkArguments } from "./arguments.ts";
import type { Argument, BinaryOperator, Clause, Expr, Parameter } from "./ast.ts";
import { Fault, MAX_SYNTAX_DEPTH } from "./fault.ts";
import type { Token } from "./lexer.ts";
import { readFString, readInt } from "./literals.ts";
import { endOf, leaf, nameOf, node, startOf } from "./nodes.ts";
import { parseParameters } from "./parameters.ts";
import { toTarget } from "./targets.ts";
import type { TokenStream } from "./tokens.ts";
import { checkTypeSyntax } from "./types.ts";

/** How tightly each binary operator binds; comparisons (level 0) do not chain. */
const LEVELS = new Map<string, number>(
  [
    ["==", "!=", "<", ">", "<=", ">=", "in", "not in"],
    ["|"],
    ["^"],
    ["&"],
    ["<<", ">>"],
    ["+", "-"],
    ["*", "/", "//", "%"],
  ].flatMap((operators, level) => operators.map(op => [op, level] as const)),
);

const OPERAND = [
  '"("',
  '"+"',
  '"-"',
  '"..."',
  '"FLOAT"',
  '"FSTRING"',
  '"IDENTIFIER"',
  '"INTEGER"',
  '"STRING"',
  '"["',
  '"not"',
  '"{"',
  '"~"',
];

/** Parses expressions. Nesting is bounded, so hostile input cannot exhaust the stack. */
export class ExpressionParser {
  readonly tokens: TokenStream;
  #nesting = 0;

  constructor(tokens: TokenStream) {
    this.tokens = tokens;
  }

  /** `a` or `a, b` (a tuple without parentheses). */
  expressionList(): Expr {
    const first = this.expression();
    if (!this.tokens.is(",")) return first;
    const items = [first];
    while (this.tokens.accept(",")) {
      if (this.#endsList()) break;
      items.push(this.expression());
    }
    const span = { start: startOf(first), end: this.tokens.lastEnd };
    return node({ kind: "tuple", items, span }, ...items);
  }

  /** True at a token that cannot begin another element of a list without brackets. */
  #endsList(): boolean {
    const { kind, text } = this.tokens.current;
    if (kind === "newline" || kind === "eof") return true;
    return kind === "symbol" && [")", "]", "}", "=", ";", ":"].includes(text);
  }

  /** One expression: a lambda, or a conditional. */
  expression(): Expr {
    this.#enter();
    const parsed = this.tokens.is("lambda") ? this.#lambda() : this.#conditional();
    this.#nesting -= 1;
    return parsed;
  }

  /** A type annotation. */
  annotation(): Expr {
    const type = this.expression();
    checkTypeSyntax(type, this.tokens);
    return type;
  }

  #enter(): void {
    this.#nesting += 1;
    if (this.#nesting > MAX_SYNTAX_DEPTH) {
      throw new Fault("Parse error: expressions are nested too deeply", this.tokens.current);
    }
  }

  #nested<T>(parse: () => T): T {
    this.#enter();
    const parsed = parse();
    this.#nesting -= 1;
    return parsed;
  }

  #lambda(): Expr {
    const start = this.tokens.take().start;
    const parameters = parseParameters(this, ":", false);
    this.tokens.expect(":");
    const body = this.expression();
    const inner = parameters.flatMap((parameter: Parameter) => [parameter.default, parameter.type]);
    return node({ kind: "lambda", parameters, body, span: { start, end: endOf(body) } }, body, ...inner);
  }

  #conditional(): Expr {
    const then = this.or();
    if (!this.tokens.accept("if")) return then;
    const test = this.or();
    this.tokens.expect("else", ['"or"']);
    const otherwise = this.expression();
    const span = { start: startOf(then), end: endOf(otherwise) };
    return node({ kind: "conditional", test, then, otherwise, span }, test, then, otherwise);
  }

  /** An expression without `if … else` and `lambda`. */
  or(): Expr {
    let left = this.#and();
    while (this.tokens.accept("or")) left = this.#logical("or", left, this.#and());
    return left;
  }

  #and(): Expr {
    let left = this.#not();
    while (this.tokens.accept("and")) left = this.#logical("and", left, this.#not());
    return left;
  }

  #logical(kind: "and" | "or", left: Expr, right: Expr): Expr {
    const span = { start: startOf(left), end: endOf(right) };
    return node({ kind, left, right, span }, left, right);
  }

  #not(): Expr {
    const not = this.tokens.accept("not");
    if (!not) return this.#binary(0);
    const operand = this.#nested(() => this.#not());
    return node({ kind: "not", operand, span: { start: not.start, end: endOf(operand) } }, operand);
  }

  /** A comparison operand: what may stand on the left of `in` in a `for`. */
  operand(): Expr {
    return this.#binary(1);
  }

  #binary(least: number): Expr {
    let left = this.#unary();
    for (;;) {
      const op = this.#operator();
      const level = op === null ? undefined : LEVELS.get(op);
      if (op === null || level === undefined || level < least) return left;
      this.tokens.take();
      if (op === "not in") this.tokens.expect("in");
      const right = this.#binary(level + 1);
      const span = { start: startOf(left), end: endOf(right) };
      left = node({ kind: "binary", op, left, right, span }, left, right);
      if (level === 0) return left;
    }
  }

  /** The binary operator that stands here, if one does. */
  #operator(): BinaryOperator | null {
    const { kind, text } = this.tokens.current;
    if (kind !== "symbol" && kind !== "keyword") return null;
    if (text === "not") return "not in";
    return LEVELS.has(text) ? (text as BinaryOperator) : null;
  }

  #unary(): Expr {
    const token = this.tokens.current;
    if (token.kind === "symbol" && (token.text === "+" || token.text === "-" || token.text === "~")) {
      this.tokens.take();
      const operand = this.#nested(() => this.#unary());
      return node(
        { kind: "unary", op: token.text, operand, span: { start: token.start, end: endOf(operand) } },
        operand,
      );
    }
    return this.#postfix(this.#primary());
  }

  #postfix(primary: Expr): Expr {
    let expr = primary;
    for (;;) {
      const { kind, text } = this.tokens.current;
      if (kind !== "symbol" || (text !== "(" && text !== "." && text !== "[")) return expr;
      const start = startOf(expr);
      if (this.tokens.accept(".")) {
        const name = this.tokens.expectKind("identifier");
        expr = node({ kind: "attribute", object: expr, name: name.text, span: { start, end: name.end } }, expr);
      } else if (this.tokens.accept("(")) {
        const args = this.#arguments();
        const span = { start, end: this.tokens.lastEnd };
        expr = node({ kind: "call", callee: expr, args, span }, expr, ...args.map(arg => arg.value));
      } else {
        this.tokens.take();
        expr = this.#subscript(expr);
      }
    }
  }

  #arguments(): Argument[] {
    const args: Argument[] = [];
    while (!this.tokens.is(")")) {
      args.push(this.#argument());
      if (!this.tokens.is(")")) this.tokens.expect(",", ['")"']);
    }
    this.tokens.take();
    checkArguments(args, this.tokens);
    return args;
  }

  #argument(): Argument {
    const { start } = this.tokens.current;
    if (this.tokens.accept("**")) return argument("kwargs", "", this.expression(), start);
    if (this.tokens.accept("*")) return argument("args", "", this.expression(), start);
    const value = this.expression();
    if (value.kind === "name" && this.tokens.accept("="))
      return argument("named", value.name, this.expression(), start);
    return argument("positional", "", value, start);
  }

  #subscript(object: Expr): Expr {
    const { tokens } = this;
    const start = startOf(object);
    const part = (): Expr | null => (tokens.is(":") || tokens.is("]") ? null : this.expression());
    const first = part();
    if (first !== null && !tokens.is(":")) {
      const second = tokens.accept(",") ? this.expression() : null;
      tokens.expect("]", ['","', '":"']);
      const span = { start, end: tokens.lastEnd };
      return node({ kind: "index", object, index: first, second, span }, object, first, second);
    }
    tokens.expect(":");
    const stop = part();
    const step = tokens.accept(":") ? part() : null;
    tokens.expect("]", ['":"']);
    const span = { start, end: tokens.lastEnd };
    return node({ kind: "slice", object, start: first, stop, step, span }, object, first, stop, step);
  }

  #primary(): Expr {
    const token = this.tokens.current;
    switch (token.kind) {
      case "identifier":
        this.tokens.take();
        return nameOf(token);
      case "int":
        this.tokens.take();
        return leaf({ kind: "literal", value: readInt(token), span: token });
      case "float":
        this.tokens.take();
        return leaf({ kind: "float", value: Number(token.text), span: token });
      case "string":
        this.tokens.take();
        return leaf({ kind: "literal", value: token.text, span: token });
      case "fstring":
        this.tokens.take();
        return leaf({ kind: "fstring", parts: readFString(token, this.tokens), span: token });
      case "symbol":
        return this.#bracketed(token);
      default:
        return this.tokens.fail(OPERAND);
    }
  }

  #bracketed(token: Token): Expr {
    switch (token.text) {
      case "...":
        this.tokens.take();
        return leaf({ kind: "ellipsis", span: token });
      case "(":
        return this.#nested(() => this.#parenthesized());
      case "[":
        return this.#nested(() => this.#list());
      case "{":
        return this.#nested(() => this.#dict());
      default:
        return this.tokens.fail(OPERAND);
    }
  }

  #parenthesized(): Expr {
    const open = this.tokens.take();
    if (this.tokens.accept(")")) {
      return node({ kind: "tuple", items: [], span: { start: open.start, end: this.tokens.lastEnd } });
    }
    const inner = this.expressionList();
    this.tokens.expect(")");
    return { ...inner, outer: { start: open.start, end: this.tokens.lastEnd } };
  }

  #list(): Expr {
    const { start } = this.tokens.take();
    const { tokens } = this;
    if (tokens.accept("]")) return node({ kind: "list", items: [], span: { start, end: tokens.lastEnd } });
    const first = this.expression();
    if (tokens.is("for")) {
      const clauses = this.#clauses("]");
      const span = { start, end: tokens.lastEnd };
      return node({ kind: "listComprehension", element: first, clauses, span }, first, ...insideOf(clauses));
    }
    const items = [first];
    while (!tokens.is("]")) {
      tokens.expect(",", ['"]"']);
      if (!tokens.is("]")) items.push(this.expression());
    }
    tokens.take();
    return node({ kind: "list", items, span: { start, end: tokens.lastEnd } }, ...items);
  }

  #dict(): Expr {
    const { start } = this.tokens.take();
    const { tokens } = this;
    if (tokens.accept("}")) return node({ kind: "dict", entries: [], span: { start, end: tokens.lastEnd } });
    const entries = [this.#entry()];
    const [first] = entries;
    if (first !== undefined && tokens.is("for")) {
      const clauses = this.#clauses("}");
      const shape = { kind: "dictComprehension", ...first, clauses, span: { start, end: tokens.lastEnd } } as const;
      return node(shape, first.key, first.value, ...insideOf(clauses));
    }
    while (!tokens.is("}")) {
      tokens.expect(",", ['"}"']);
      if (!tokens.is("}")) entries.push(this.#entry());
    }
    tokens.take();
    const children = entries.flatMap(entry => [entry.key, entry.value]);
    return node({ kind: "dict", entries, span: { start, end: tokens.lastEnd } }, ...children);
  }

  #entry(): { key: Expr; value: Expr } {
    const key = this.expression();
    this.tokens.expect(":");
    return { key, value: this.expression() };
  }

  #clauses(close: string): Clause[] {
    const clauses: Clause[] = [];
    while (!this.tokens.accept(close)) {
      if (this.tokens.accept("for")) {
        const target = toTarget(this.targets(), this.tokens);
        this.tokens.expect("in", ['","']);
        clauses.push({ kind: "for", target, iterable: this.or() });
      } else if (this.tokens.accept("if")) {
        clauses.push({ kind: "if", test: this.or() });
      } else {
        this.tokens.fail([`"${close}"`, '"for"', '"if"', '"or"']);
      }
    }
    return clauses;
  }

  /** The variables of a `for`. */
  targets(): Expr {
    const first = this.operand();
    if (!this.tokens.is(",")) return first;
    const items = [first];
    while (this.tokens.accept(",")) {
      if (this.tokens.is("in")) break;
      items.push(this.operand());
    }
    return node({ kind: "tuple", items, span: { start: startOf(first), end: this.tokens.lastEnd } }, ...items);
  }
}

function insideOf(clauses: readonly Clause[]): Expr[] {
  return clauses.map(clause => (clause.kind === "for" ? clause.iterable : clause.test));
}

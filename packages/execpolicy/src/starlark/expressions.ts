import type { Argument, BinaryOperator, Clause, Expr, FStringPart, Parameter, Target } from "./ast.ts";
import { Fault, MAX_BITS, MAX_SYNTAX_DEPTH, MAX_TREE_DEPTH } from "./fault.ts";
import type { Token } from "./lexer.ts";
import { parseParameters } from "./parameters.ts";
import type { Span } from "./source.ts";
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

type Shape<T = Expr> = T extends Expr ? Omit<T, "depth"> : never;

/** Makes a node and bounds how deep it is nested. */
function node(shape: Shape, ...children: readonly (Expr | null)[]): Expr {
  let depth = 1;
  for (const child of children) if (child !== null && child.depth >= depth) depth = child.depth + 1;
  if (depth > MAX_TREE_DEPTH) throw new Fault("Parse error: expressions are nested too deeply", shape.span);
  return { ...shape, depth };
}

/** A node without children. */
function leaf(shape: Shape): Expr {
  return { ...shape, depth: 1 };
}

/** Where an expression begins, with the parentheses around it. */
export function startOf(expr: Expr): number {
  return (expr.outer ?? expr.span).start;
}

/** Where an expression ends, with the parentheses around it. */
export function endOf(expr: Expr): number {
  return (expr.outer ?? expr.span).end;
}

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
    return this.#nested(() => (this.tokens.is("lambda") ? this.#lambda() : this.#conditional()));
  }

  /** A type annotation. */
  annotation(): Expr {
    const type = this.expression();
    checkTypeSyntax(type, this.tokens);
    return type;
  }

  #nested<T>(parse: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > MAX_SYNTAX_DEPTH) {
      throw new Fault("Parse error: expressions are nested too deeply", this.tokens.current);
    }
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
    if (kind === "keyword" && text === "not") return "not in";
    if (kind !== "symbol" && kind !== "keyword") return null;
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
      const start = startOf(expr);
      if (this.tokens.accept(".")) {
        const name = this.tokens.expectKind("identifier");
        expr = node({ kind: "attribute", object: expr, name: name.text, span: { start, end: name.end } }, expr);
      } else if (this.tokens.accept("(")) {
        const args = this.#arguments();
        const span = { start, end: this.tokens.lastEnd };
        expr = node({ kind: "call", callee: expr, args, span }, expr, ...args.map(arg => arg.value));
      } else if (this.tokens.accept("[")) {
        expr = this.#subscript(expr);
      } else {
        return expr;
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
    const start = this.tokens.current.start;
    const make = (kind: Argument["kind"], name: string, value: Expr): Argument => ({
      kind,
      name,
      value,
      span: { start, end: endOf(value) },
    });
    if (this.tokens.accept("**")) return make("kwargs", "", this.expression());
    if (this.tokens.accept("*")) return make("args", "", this.expression());
    const value = this.expression();
    if (value.kind === "name" && this.tokens.accept("=")) return make("named", value.name, this.expression());
    return make("positional", "", value);
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

function nameOf(token: Token): Expr {
  const { text: name } = token;
  return leaf({ kind: "name", name, span: token });
}

function readInt(token: Token): number | bigint {
  if (token.text.length > MAX_BITS / 4) throw new Fault("Parse error: the integer is too large", token);
  const value = BigInt(token.text);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** The parts of an f-string: only names may stand in its braces. */
function readFString(token: Token, tokens: TokenStream): FStringPart[] {
  const parts: FStringPart[] = [];
  const { text } = token;
  const contentStart = token.start + token.quoteLength;
  let plain = "";
  let index = 0;
  while (index < text.length) {
    const char = text.charAt(index);
    if ((char === "{" || char === "}") && text.charAt(index + 1) === char) {
      plain += char;
      index += 2;
    } else if (char === "{") {
      const end = text.indexOf("}", index);
      if (end === -1) {
        tokens.complain(`Invalid format: Unmatched '{' in format string \`${text}\``, token);
        return parts;
      }
      const inside = text.slice(index + 1, end);
      const match = /^(.*?)(?:!([rs]))?$/s.exec(inside);
      const name = (match?.[1] ?? inside).trim();
      // Counted in the text that the literal stands for, which is where the reference program points to.
      const at = contentStart + index + 1;
      const place = { start: at, end: at + inside.length };
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) tokens.complain(`Not a valid identifier: \`${name}\``, place);
      if (plain !== "") parts.push({ text: plain });
      plain = "";
      parts.push({ name: nameOf({ ...token, ...place, text: name }), conversion: match?.[2] === "r" ? "r" : "s" });
      index = end + 1;
    } else if (char === "}") {
      tokens.complain(`Invalid format: Standalone '}' in format string \`${text}\``, token);
      return parts;
    } else {
      plain += char;
      index += 1;
    }
  }
  if (plain !== "") parts.push({ text: plain });
  return parts;
}

/** Positional, named, `*args`, `**kwargs`: in this order, names once. */
function checkArguments(args: readonly Argument[], tokens: TokenStream): void {
  const order = { positional: 0, named: 1, args: 2, kwargs: 3 };
  const names = new Set<string>();
  let reached = 0;
  for (const { kind, name, span } of args) {
    if (kind === "positional" && reached > 0) tokens.complain("positional argument after non positional", span);
    if (kind === "named" && reached > 1) tokens.complain("named argument after *args or **kwargs", span);
    if (kind === "args" && reached > 1) tokens.complain("Args array after another args or kwargs", span);
    if (kind === "kwargs" && reached > 2) tokens.complain("Multiple kwargs dictionary in arguments", span);
    if (kind === "named" && names.has(name)) tokens.complain("repeated named argument", span);
    if (kind === "named") names.add(name);
    reached = order[kind];
  }
}

/** Reads an expression as something that can be assigned to. */
export function toTarget(expr: Expr, tokens: TokenStream): Target {
  const span: Span = expr.span;
  switch (expr.kind) {
    case "name":
      return { kind: "name", name: expr.name, span };
    case "index":
    case "attribute":
      return { kind: "place", place: expr, span };
    case "list":
    case "tuple":
      return { kind: "sequence", items: expr.items.map(item => toTarget(item, tokens)), span };
    default:
      tokens.complainSoon("left-hand-side of assignment must take the form `a`, `a.b` or `a[b]`", span);
      return { kind: "sequence", items: [], span };
  }
}

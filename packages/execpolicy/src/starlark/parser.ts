import type { BinaryOperator, Expr, Statement, Target } from "./ast.ts";
import { ExpressionParser } from "./expressions.ts";
import { Fault } from "./fault.ts";
import { tokenize } from "./lexer.ts";
import { endOf, startOf } from "./nodes.ts";
import { parseParameters } from "./parameters.ts";
import type { SourceFile } from "./source.ts";
import { toTarget } from "./targets.ts";
import { TokenStream } from "./tokens.ts";

const AUGMENTED = new Map<string, BinaryOperator>([
  ["+=", "+"],
  ["-=", "-"],
  ["*=", "*"],
  ["/=", "/"],
  ["//=", "//"],
  ["%=", "%"],
  ["&=", "&"],
  ["|=", "|"],
  ["^=", "^"],
  ["<<=", "<<"],
  [">>=", ">>"],
]);
const MAX_BLOCK_DEPTH = 50;

/** Parses a rules file. Throws a Fault with its place for anything that is not a program. */
export function parseProgram(source: SourceFile): Statement[] {
  const tokens = new TokenStream(tokenize(source));
  return new StatementParser(tokens).file();
}

class StatementParser {
  readonly #tokens: TokenStream;
  readonly #expressions: ExpressionParser;
  #blocks = 0;
  #inFunction = false;
  #inLoop = false;

  constructor(tokens: TokenStream) {
    this.#tokens = tokens;
    this.#expressions = new ExpressionParser(tokens);
  }

  file(): Statement[] {
    const statements: Statement[] = [];
    while (!this.#tokens.isKind("eof")) {
      if (this.#tokens.isKind("newline")) this.#tokens.take();
      else this.#statement(statements);
    }
    this.#tokens.finish();
    return statements;
  }

  #statement(into: Statement[]): void {
    const token = this.#tokens.current;
    if (token.kind === "keyword" && token.text === "def") into.push(this.#def());
    else if (token.kind === "keyword" && token.text === "for") into.push(this.#for());
    else if (token.kind === "keyword" && token.text === "if") into.push(this.#if());
    else this.#simpleLine(into);
    this.#tokens.finishStatement();
  }

  /** Small statements up to the end of the line. */
  #simpleLine(into: Statement[]): void {
    do {
      if (this.#tokens.isKind("newline")) break;
      into.push(this.#simple());
    } while (this.#tokens.accept(";"));
    if (!this.#tokens.isKind("newline")) this.#tokens.fail(['"\\n"', '";"']);
    this.#tokens.take();
  }

  #simple(): Statement {
    const token = this.#tokens.current;
    if (token.kind !== "keyword") return this.#assignment();
    switch (token.text) {
      case "return":
        return this.#return();
      case "break":
      case "continue":
        this.#tokens.take();
        if (!this.#inLoop) this.#tokens.complain(`\`${token.text}\` cannot be used outside of a \`for\` loop`, token);
        return { kind: token.text, span: token };
      case "pass":
        this.#tokens.take();
        return { kind: "pass", span: token };
      case "load":
        return this.#load();
      default:
        return this.#assignment();
    }
  }

  #return(): Statement {
    const { start } = this.#tokens.take();
    const bare = this.#tokens.isKind("newline") || this.#tokens.is(";");
    const value = bare ? null : this.#expressions.expressionList();
    const span = { start, end: this.#tokens.lastEnd };
    if (!this.#inFunction) this.#tokens.complain("`return` cannot be used outside of a `def` function", span);
    return { kind: "return", value, span };
  }

  #load(): Statement {
    const { start } = this.#tokens.take();
    this.#tokens.expect("(");
    const module = this.#tokens.expectKind("string");
    let names = 0;
    while (!this.#tokens.is(")")) {
      this.#tokens.expect(",", ['")"']);
      if (this.#tokens.is(")")) break;
      if (this.#tokens.isKind("identifier")) {
        this.#tokens.take();
        this.#tokens.expect("=");
      }
      this.#tokens.expectKind("string");
      names += 1;
    }
    const close = this.#tokens.take();
    const span = { start, end: this.#tokens.lastEnd };
    if (names === 0)
      this.#tokens.complain("`load` statement requires at least two arguments", {
        start: module.start,
        end: close.start,
      });
    if (this.#blocks > 0) this.#tokens.complain("`load` must only occur at the top of a module", span);
    return { kind: "load", module: module.text, span };
  }

  #assignment(): Statement {
    const left = this.#expressions.expressionList();
    const token = this.#tokens.current;
    const op = token.kind === "symbol" ? AUGMENTED.get(token.text) : undefined;
    if (op !== undefined) {
      this.#tokens.take();
      const value = this.#expressions.expressionList();
      return { kind: "augmented", target: simpleTarget(left, this.#tokens), op, value, span: spanFrom(left, value) };
    }
    const type = this.#tokens.accept(":") ? this.#expressions.annotation() : null;
    if (type === null && !this.#tokens.is("=")) return { kind: "expression", value: left, span: left.span };
    this.#tokens.expect("=");
    const value = this.#expressions.expressionList();
    return { kind: "assign", target: toTarget(left, this.#tokens), type, value, span: spanFrom(left, value) };
  }

  #def(): Statement {
    const { start } = this.#tokens.take();
    const name = this.#tokens.expectKind("identifier").text;
    this.#tokens.expect("(");
    const parameters = parseParameters(this.#expressions, ")", true);
    this.#tokens.expect(")");
    const returns = this.#tokens.accept("->") ? this.#expressions.annotation() : null;
    this.#tokens.expect(":");
    const body = this.#block(true, false);
    return { kind: "def", name, parameters, returns, body, span: { start, end: this.#tokens.lastEnd } };
  }

  #for(): Statement {
    const { start } = this.#tokens.take();
    const targets = this.#expressions.targets();
    this.#tokens.expect("in", ['","', '"|"']);
    const iterable = this.#expressions.expression();
    this.#tokens.expect(":");
    const body = this.#block(this.#inFunction, true);
    const target = toTarget(targets, this.#tokens);
    return { kind: "for", target, iterable, body, span: { start, end: this.#tokens.lastEnd } };
  }

  #if(): Statement {
    const { start } = this.#tokens.take();
    const branches: { test: Expr; body: readonly Statement[] }[] = [];
    let otherwise: readonly Statement[] = [];
    do {
      const test = this.#expressions.expression();
      this.#tokens.expect(":");
      branches.push({ test, body: this.#block(this.#inFunction, this.#inLoop) });
    } while (this.#tokens.accept("elif"));
    if (this.#tokens.accept("else")) {
      this.#tokens.expect(":");
      otherwise = this.#block(this.#inFunction, this.#inLoop);
    }
    return { kind: "if", branches, otherwise, span: { start, end: this.#tokens.lastEnd } };
  }

  /** The statements behind a colon: on the same line, or indented below. */
  #block(inFunction: boolean, inLoop: boolean): Statement[] {
    const before = { inFunction: this.#inFunction, inLoop: this.#inLoop };
    this.#inFunction = inFunction;
    this.#inLoop = inLoop;
    this.#blocks += 1;
    if (this.#blocks > MAX_BLOCK_DEPTH)
      throw new Fault("Parse error: blocks are nested too deeply", this.#tokens.current);
    const statements: Statement[] = [];
    if (this.#tokens.isKind("newline")) {
      this.#tokens.take();
      if (!this.#tokens.isKind("indent")) this.#tokens.fail(['"\\n"', '"INDENT"']);
      this.#tokens.take();
      while (!this.#tokens.isKind("dedent")) this.#statement(statements);
      this.#tokens.take();
    } else {
      this.#simpleLine(statements);
    }
    this.#blocks -= 1;
    this.#inFunction = before.inFunction;
    this.#inLoop = before.inLoop;
    return statements;
  }
}

function spanFrom(first: Expr, last: Expr): { start: number; end: number } {
  return { start: startOf(first), end: endOf(last) };
}

/** The target of `+=`: one place, no unpacking. */
function simpleTarget(expr: Expr, tokens: TokenStream): Target {
  const target = toTarget(expr, tokens);
  if (target.kind === "sequence" && (expr.kind === "list" || expr.kind === "tuple")) {
    tokens.complainSoon("left-hand-side of modifying assignment cannot be a list or tuple", expr.span);
  }
  return target;
}

import type { Clause, Expr, Parameter, Statement, Target } from "./ast.ts";
import { Fault } from "./fault.ts";

/**
 * Checks that every name of a program stands for something, before any of it runs: an unknown name in a function that is
 * never called is an error, too.
 */
export function resolveNames(program: readonly Statement[], builtins: ReadonlySet<string>): void {
  const resolver = new Resolver([builtins, declaredIn(program)]);
  resolver.statements(program);
}

/** The names that statements assign, without those of functions inside. */
export function declaredIn(statements: readonly Statement[], parameters: readonly Parameter[] = []): Set<string> {
  const names = new Set<string>(parameters.map(parameter => parameter.name));
  const visit = (list: readonly Statement[]): void => {
    for (const statement of list) {
      switch (statement.kind) {
        case "assign":
        case "augmented":
          addTarget(statement.target, names);
          break;
        case "def":
          names.add(statement.name);
          break;
        case "for":
          addTarget(statement.target, names);
          visit(statement.body);
          break;
        case "if":
          for (const branch of statement.branches) visit(branch.body);
          visit(statement.otherwise);
          break;
      }
    }
  };
  visit(statements);
  return names;
}

/** The names that the clauses of a comprehension bind. */
export function declaredByClauses(clauses: readonly Clause[]): Set<string> {
  const names = new Set<string>();
  for (const clause of clauses) if (clause.kind === "for") addTarget(clause.target, names);
  return names;
}

function addTarget(target: Target, names: Set<string>): void {
  if (target.kind === "name") names.add(target.name);
  if (target.kind === "sequence") for (const item of target.items) addTarget(item, names);
}

class Resolver {
  readonly #scopes: readonly ReadonlySet<string>[];

  constructor(scopes: readonly ReadonlySet<string>[]) {
    this.#scopes = scopes;
  }

  #inside(names: ReadonlySet<string>): Resolver {
    return new Resolver([...this.#scopes, names]);
  }

  statements(list: readonly Statement[]): void {
    for (const statement of list) this.#statement(statement);
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "expression":
        this.#expr(statement.value);
        break;
      case "assign":
        this.#expr(statement.type);
        this.#expr(statement.value);
        this.#target(statement.target);
        break;
      case "augmented":
        this.#expr(statement.value);
        this.#target(statement.target);
        break;
      case "def":
        this.#parameters(statement.parameters);
        this.#expr(statement.returns);
        this.#inside(declaredIn(statement.body, statement.parameters)).statements(statement.body);
        break;
      case "for":
        this.#expr(statement.iterable);
        this.#target(statement.target);
        this.statements(statement.body);
        break;
      case "if":
        for (const branch of statement.branches) {
          this.#expr(branch.test);
          this.statements(branch.body);
        }
        this.statements(statement.otherwise);
        break;
      case "return":
        this.#expr(statement.value);
        break;
    }
  }

  #parameters(parameters: readonly Parameter[]): void {
    for (const parameter of parameters) {
      this.#expr(parameter.type);
      this.#expr(parameter.default);
    }
  }

  #target(target: Target): void {
    if (target.kind === "sequence") for (const item of target.items) this.#target(item);
    if (target.kind === "place") this.#expr(target.place);
  }

  #expr(expr: Expr | null): void {
    if (expr === null) return;
    switch (expr.kind) {
      case "name":
        if (!this.#scopes.some(scope => scope.has(expr.name))) {
          throw new Fault(`Variable \`${expr.name}\` not found`, expr.span);
        }
        break;
      case "fstring":
        for (const part of expr.parts) if ("name" in part) this.#expr(part.name);
        break;
      case "list":
      case "tuple":
        for (const item of expr.items) this.#expr(item);
        break;
      case "dict":
        for (const entry of expr.entries) {
          this.#expr(entry.key);
          this.#expr(entry.value);
        }
        break;
      case "listComprehension":
        this.#comprehension(expr.clauses, [expr.element]);
        break;
      case "dictComprehension":
        this.#comprehension(expr.clauses, [expr.key, expr.value]);
        break;
      case "call":
        this.#expr(expr.callee);
        for (const arg of expr.args) this.#expr(arg.value);
        break;
      case "attribute":
        this.#expr(expr.object);
        break;
      case "index":
        this.#expr(expr.object);
        this.#expr(expr.index);
        this.#expr(expr.second);
        break;
      case "slice":
        for (const part of [expr.object, expr.start, expr.stop, expr.step]) this.#expr(part);
        break;
      case "unary":
      case "not":
        this.#expr(expr.operand);
        break;
      case "binary":
      case "and":
      case "or":
        this.#expr(expr.left);
        this.#expr(expr.right);
        break;
      case "conditional":
        this.#expr(expr.test);
        this.#expr(expr.then);
        this.#expr(expr.otherwise);
        break;
      case "lambda":
        this.#parameters(expr.parameters);
        this.#inside(new Set(expr.parameters.map(parameter => parameter.name))).#expr(expr.body);
        break;
    }
  }

  #comprehension(clauses: readonly Clause[], results: readonly Expr[]): void {
    const inner = this.#inside(declaredByClauses(clauses));
    for (const [index, clause] of clauses.entries()) {
      // The first iterable is evaluated outside.
      if (clause.kind === "for") (index === 0 ? this : inner).#expr(clause.iterable);
      else inner.#expr(clause.test);
      if (clause.kind === "for") inner.#target(clause.target);
    }
    for (const result of results) inner.#expr(result);
  }
}

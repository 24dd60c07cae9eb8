import type { Argument, Clause, Expr, Parameter, Statement, Target } from "./ast.ts";
import { type Budget, Fault, MAX_CALL_DEPTH, MAX_EVAL_DEPTH } from "./fault.ts";
import { type CallArguments, type CallContext, NativeFunction, UserFunction, type UserParameter } from "./functions.ts";
import { assignIndex, indexValue, sliceValue } from "./indexing.ts";
import { attributeOf } from "./methods.ts";
import { binary, unary } from "./operators.ts";
import { toSource, toText } from "./printing.ts";
import { declaredByClauses, declaredIn } from "./resolve.ts";
import { Scope } from "./scope.ts";
import type { Frame, SourceFile, Span } from "./source.ts";
import { readType, type TypeCheck } from "./types.ts";
import {
  Callable,
  checkSize,
  Dict,
  Ellipsis,
  elementsOf,
  Float,
  lengthOf,
  List,
  toArray,
  truth,
  Tuple,
  typeName,
  type Value,
} from "./values.ts";

/** How a statement ended, when not by running to its end. */
type Outcome = undefined | "break" | "continue" | { readonly value: Value };

/** Runs a program. Every failure is a Fault with its place. */
export class Interpreter {
  readonly #source: SourceFile;
  readonly #budget: Budget;
  readonly #builtins: Scope;
  readonly #frames: Frame[] = [];
  #caller = "<module>";
  /** What the function that runs has to give. */
  #returns: TypeCheck | null = null;
  #depth = 0;

  constructor(source: SourceFile, builtins: ReadonlyMap<string, Value>, budget: Budget) {
    this.#source = source;
    this.#budget = budget;
    this.#builtins = new Scope(new Set(builtins.keys()), null, new Map(builtins));
  }

  run(program: readonly Statement[]): void {
    this.#block(program, new Scope(declaredIn(program), this.#builtins));
  }

  #block(statements: readonly Statement[], scope: Scope): Outcome {
    for (const statement of statements) {
      const outcome = this.#located(statement.span, () => this.#statement(statement, scope));
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** Runs something; a failure without a place gets this one. */
  #located<T>(span: Span, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof Fault && error.span === null) {
        error.span = span;
        error.frames = [...this.#frames];
      }
      throw error;
    }
  }

  #statement(statement: Statement, scope: Scope): Outcome {
    this.#budget.spend(1);
    switch (statement.kind) {
      case "expression":
        this.#eval(statement.value, scope);
        return undefined;
      case "assign":
        this.#assign(statement, scope);
        return undefined;
      case "augmented":
        this.#augment(statement, scope);
        return undefined;
      case "def":
        scope.set(statement.name, this.#function(statement.name, statement.parameters, statement, scope));
        return undefined;
      case "for":
        return this.#for(statement, scope);
      case "if": {
        const branch = statement.branches.find(({ test }) => truth(this.#eval(test, scope)));
        return this.#block(branch ? branch.body : statement.otherwise, scope);
      }
      case "return": {
        const value = statement.value === null ? null : this.#eval(statement.value, scope);
        this.#returns?.check(value, "return type", this.#budget);
        return { value };
      }
      case "break":
      case "continue":
        return statement.kind;
      case "pass":
        return undefined;
      case "load":
        throw new Fault(
          `No imports are available, you tried \`${statement.module}\` (no call to \`Evaluator.set_loader\`)`,
        );
    }
  }

  #assign(statement: Statement & { kind: "assign" }, scope: Scope): void {
    const { type } = statement;
    const value = this.#eval(statement.value, scope);
    if (type !== null) {
      const check = readType(type);
      this.#located(type.span, () => check.check(value, "return type", this.#budget));
    }
    this.#store(statement.target, value, scope);
  }

  #store(target: Target, value: Value, scope: Scope): void {
    if (target.kind === "name") {
      scope.set(target.name, value);
    } else if (target.kind === "place") {
      this.#storeAt(target.place, value, scope);
    } else {
      const items = this.#located(target.span, () => {
        const count = lengthOf(value);
        if (count === target.items.length) return toArray(value, this.#budget);
        throw new Fault(`Unpacked ${count} values but expected ${target.items.length}`);
      });
      for (const [index, item] of target.items.entries()) this.#store(item, items[index] ?? null, scope);
    }
  }

  #storeAt(place: Expr & { kind: "index" | "attribute" }, value: Value, scope: Scope): void {
    const object = this.#eval(place.object, scope);
    if (place.kind === "attribute") {
      throw new Fault(`Operation \`.${place.name}=\` not supported on type \`${typeName(object)}\``);
    }
    assignIndex(object, this.#eval(place.index, scope), value, this.#budget);
  }

  #augment(statement: Statement & { kind: "augmented" }, scope: Scope): void {
    const { target, op } = statement;
    if (target.kind === "sequence") return;
    const old = target.kind === "name" ? scope.get(target.name) : this.#eval(target.place, scope);
    const operand = this.#eval(statement.value, scope);
    if (op === "+" && old instanceof List) {
      if (old.iterators > 0) throw new Fault("This operation mutate an iterable for an iterator while iterating.");
      const added = toArray(operand, this.#budget);
      checkSize(old.items.length + added.length);
      for (const item of added) old.items.push(item);
      return;
    }
    this.#store(target, binary(op, old, operand, this.#budget), scope);
  }

  #for(statement: Statement & { kind: "for" }, scope: Scope): Outcome {
    const iterable = this.#eval(statement.iterable, scope);
    return this.#loop(iterable, item => {
      this.#store(statement.target, item, scope);
      const outcome = this.#block(statement.body, scope);
      return outcome === "continue" ? undefined : outcome;
    });
  }

  /** Runs over the elements until one gives an outcome; the collection cannot change meanwhile. */
  #loop(iterable: Value, each: (item: Value) => Outcome): Outcome {
    const elements = elementsOf(iterable);
    if (elements === undefined) throw new Fault(`Operation \`(iter)\` not supported on type \`${typeName(iterable)}\``);
    const locked = iterable instanceof List || iterable instanceof Dict ? iterable : null;
    if (locked) locked.iterators += 1;
    try {
      for (const item of elements) {
        this.#budget.spend(1);
        const outcome = each(item);
        if (outcome !== undefined) return outcome === "break" ? undefined : outcome;
      }
    } finally {
      if (locked) locked.iterators -= 1;
    }
    return undefined;
  }

  #eval(expr: Expr, scope: Scope): Value {
    this.#budget.spend(1);
    this.#depth += 1;
    try {
      if (this.#depth > MAX_EVAL_DEPTH) throw new Fault("Starlark call stack overflow");
      return this.#value(expr, scope);
    } catch (error) {
      if (error instanceof Fault && error.span === null) {
        error.span = expr.span;
        error.frames = [...this.#frames];
      }
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  #value(expr: Expr, scope: Scope): Value {
    switch (expr.kind) {
      case "name":
        return scope.get(expr.name);
      case "literal":
        return expr.value;
      case "float":
        return new Float(expr.value);
      case "ellipsis":
        return new Ellipsis();
      case "fstring":
        return expr.parts.map(part => this.#fstringPart(part, scope)).join("");
      case "list":
        return new List(this.#all(expr.items, scope));
      case "tuple":
        return new Tuple(this.#all(expr.items, scope));
      case "dict":
        return this.#dict(expr, scope);
      case "listComprehension": {
        const items: Value[] = [];
        this.#clauses(expr.clauses, scope, inner => {
          items.push(this.#eval(expr.element, inner));
          checkSize(items.length);
        });
        return new List(items);
      }
      case "dictComprehension": {
        const dict = new Dict();
        this.#clauses(expr.clauses, scope, inner => {
          const key = this.#eval(expr.key, inner);
          dict.set(key, this.#eval(expr.value, inner), this.#budget);
        });
        return dict;
      }
      case "call":
        return this.#call(expr, scope);
      case "attribute":
        return attributeOf(this.#eval(expr.object, scope), expr.name);
      case "index":
        return this.#index(expr, scope);
      case "slice": {
        const object = this.#eval(expr.object, scope);
        const [start, stop, step] = [expr.start, expr.stop, expr.step].map(part =>
          part === null ? undefined : this.#eval(part, scope),
        );
        return sliceValue(object, { start, stop, step }, this.#budget);
      }
      case "unary":
        return unary(expr.op, this.#eval(expr.operand, scope));
      case "not":
        return !truth(this.#eval(expr.operand, scope));
      case "binary": {
        const left = this.#eval(expr.left, scope);
        return binary(expr.op, left, this.#eval(expr.right, scope), this.#budget);
      }
      case "and": {
        const left = this.#eval(expr.left, scope);
        return truth(left) ? this.#eval(expr.right, scope) : left;
      }
      case "or": {
        const left = this.#eval(expr.left, scope);
        return truth(left) ? left : this.#eval(expr.right, scope);
      }
      case "conditional":
        return this.#eval(truth(this.#eval(expr.test, scope)) ? expr.then : expr.otherwise, scope);
      case "lambda":
        return this.#function("lambda", expr.parameters, expr, scope);
    }
  }

  #all(items: readonly Expr[], scope: Scope): Value[] {
    return items.map(item => this.#eval(item, scope));
  }

  #fstringPart(part: { text: string } | { name: Expr; conversion: "r" | "s" }, scope: Scope): string {
    if ("text" in part) return part.text;
    const value = this.#eval(part.name, scope);
    return part.conversion === "r" ? toSource(value, this.#budget) : toText(value, this.#budget);
  }

  #dict(expr: Expr & { kind: "dict" }, scope: Scope): Dict {
    const dict = new Dict();
    for (const entry of expr.entries) {
      const key = this.#eval(entry.key, scope);
      const value = this.#eval(entry.value, scope);
      this.#located(entry.key.span, () => {
        if (dict.get(key, this.#budget) !== undefined) {
          throw new Fault(`Dictionary key repeated for \`${toSource(key, this.#budget)}\``);
        }
        dict.set(key, value, this.#budget);
      });
    }
    return dict;
  }

  #clauses(clauses: readonly Clause[], scope: Scope, emit: (inner: Scope) => void): void {
    const inner = new Scope(declaredByClauses(clauses), scope);
    const step = (index: number): void => {
      const clause = clauses[index];
      if (clause === undefined) {
        emit(inner);
      } else if (clause.kind === "if") {
        if (truth(this.#eval(clause.test, inner))) step(index + 1);
      } else {
        const iterable = this.#eval(clause.iterable, index === 0 ? scope : inner);
        this.#located(clause.iterable.span, () =>
          this.#loop(iterable, item => {
            this.#store(clause.target, item, inner);
            step(index + 1);
            return undefined;
          }),
        );
      }
    };
    step(0);
  }

  #index(expr: Expr & { kind: "index" }, scope: Scope): Value {
    const object = this.#eval(expr.object, scope);
    const index = this.#eval(expr.index, scope);
    if (expr.second === null) return indexValue(object, index, this.#budget);
    this.#eval(expr.second, scope);
    throw new Fault(`Operation \`[,]\` not supported on type \`${typeName(object)}\``);
  }

  #call(expr: Expr & { kind: "call" }, scope: Scope): Value {
    const callee = this.#eval(expr.callee, scope);
    const values = expr.args.map(arg => this.#eval(arg.value, scope));
    return this.#invoke(callee, () => this.#arguments(expr.args, values), expr.span);
  }

  /** Puts arguments together; what cannot be unpacked is a failure of the call. */
  #arguments(list: readonly Argument[], values: readonly Value[]): CallArguments {
    const positional: Value[] = [];
    const named = new Map<string, Value>();
    for (const [index, { kind, name }] of list.entries()) {
      const value = values[index] ?? null;
      if (kind === "positional") {
        positional.push(value);
      } else if (kind === "named") {
        named.set(name, value);
      } else if (kind === "args") {
        if (elementsOf(value) === undefined) throw new Fault("The argument provided for *args is not iterable");
        positional.push(...toArray(value, this.#budget));
      } else {
        if (!(value instanceof Dict)) throw new Fault("The argument provided for **kwargs is not a dictionary");
        for (const entry of value.entries.values()) {
          if (typeof entry.key !== "string") throw new Fault("The argument provided for *args is not an identifier");
          if (named.has(entry.key)) throw new Fault(`Argument \`${entry.key}\` occurs more than once`);
          named.set(entry.key, entry.value);
        }
      }
    }
    return { positional, named };
  }

  #invoke(callee: Value, makeArguments: () => CallArguments, span: Span): Value {
    if (this.#frames.length >= MAX_CALL_DEPTH) throw new Fault("Starlark call stack overflow");
    const caller = this.#caller;
    const returns = this.#returns;
    this.#frames.push({ span, caller });
    try {
      return this.#located(span, () => {
        const args = makeArguments();
        if (callee instanceof NativeFunction) return callee.call(args, this.#context(span));
        if (callee instanceof UserFunction) return this.#invokeUser(callee, args);
        throw notCallable(callee);
      });
    } finally {
      this.#frames.pop();
      this.#caller = caller;
      this.#returns = returns;
    }
  }

  #context(span: Span): CallContext {
    return {
      budget: this.#budget,
      span,
      invoke: (callee, positional) => {
        if (!(callee instanceof Callable)) throw notCallable(callee);
        return this.#invoke(callee, () => ({ positional, named: new Map() }), span);
      },
    };
  }

  #invokeUser(callee: UserFunction, args: CallArguments): Value {
    const values = callee.bind(args, this.#budget);
    this.#caller = callee.shortName;
    const scope = new Scope(callee.declared, callee.scope, values);
    this.#returns = null;
    if ("kind" in callee.body) return this.#eval(callee.body, scope);
    return this.#runBody(callee, callee.body, scope);
  }

  #runBody(callee: UserFunction, body: readonly Statement[], scope: Scope): Value {
    this.#returns = callee.returns;
    const outcome = this.#block(body, scope);
    if (outcome !== undefined && typeof outcome === "object") return outcome.value;
    callee.returns?.check(null, "return type", this.#budget);
    return null;
  }

  #function(
    shortName: string,
    parameters: readonly Parameter[],
    node: (Statement & { kind: "def" }) | (Expr & { kind: "lambda" }),
    scope: Scope,
  ): UserFunction {
    const bound = parameters.map((parameter): UserParameter => {
      const { kind, name, type, default: value } = parameter;
      return {
        kind,
        name,
        type: type === null ? null : readType(type),
        default: value === null ? undefined : this.#eval(value, scope),
      };
    });
    const isDef = node.kind === "def";
    return new UserFunction({
      file: this.#source.path,
      shortName,
      parameters: bound,
      returns: isDef && node.returns !== null ? readType(node.returns) : null,
      body: node.body,
      declared: isDef ? declaredIn(node.body, parameters) : new Set(parameters.map(parameter => parameter.name)),
      scope,
    });
  }
}

function notCallable(value: Value): Fault {
  return new Fault(`Operation \`call()\` not supported on type \`${typeName(value)}\``);
}

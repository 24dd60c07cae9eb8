import type { Expr, Parameter, Statement } from "./ast.ts";
import { type Budget, Fault } from "./fault.ts";
import { toSource } from "./printing.ts";
import type { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import { Callable, Dict, List, Tuple, typeName, type Value } from "./values.ts";
import type { TypeCheck } from "./types.ts";

/** The arguments of one call, in order. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** What a builtin may use while it runs. */
export interface CallContext {
  readonly budget: Budget;
  /** The call expression. */
  readonly span: Span;
  /** Calls a function that was given as an argument. */
  invoke(callee: Value, positional: readonly Value[]): Value;
}

type ParameterType = "list" | "str" | "int" | "bool";

interface NativeParameter {
  readonly name: string;
  readonly optional: boolean;
  readonly type: ParameterType | null;
  readonly kind: "normal" | "named" | "args" | "kwargs";
}

/** The arguments of a builtin by parameter: undefined where an optional one is missing. */
export type BoundArguments = readonly (Value | undefined)[];

/** A function of the language that is written here. */
export class NativeFunction extends Callable {
  readonly name: string;
  readonly #parameters: readonly NativeParameter[];
  readonly #run: (args: BoundArguments, context: CallContext) => Value;

  /**
   * @param signature parameters apart by blanks: `name`, `name?` (optional), `name:type`, `*rest`, `**named`, `=name` (only by
   *   name, optional)
   */
  constructor(name: string, signature: string, run: (args: BoundArguments, context: CallContext) => Value) {
    super();
    this.name = name;
    this.#parameters = signature.split(" ").filter(Boolean).map(readParameter);
    this.#run = run;
  }

  call(args: CallArguments, context: CallContext): Value {
    return this.#run(this.#bind(args, context.budget), context);
  }

  #bind({ positional, named }: CallArguments, budget: Budget): BoundArguments {
    const bound: (Value | undefined)[] = [];
    const extraNamed = new Map(named);
    let used = 0;
    for (const { name, kind } of this.#parameters) {
      if (kind === "args") {
        bound.push(new List(positional.slice(used)));
        used = positional.length;
      } else if (kind === "kwargs") {
        const rest = new Dict();
        for (const [key, value] of extraNamed) rest.set(key, value, budget);
        extraNamed.clear();
        bound.push(rest);
      } else {
        const value = kind === "normal" ? positional[used] : undefined;
        if (value !== undefined && named.has(name)) throw new Fault(`Argument \`${name}\` occurs more than once`);
        used += value === undefined ? 0 : 1;
        bound.push(value === undefined ? named.get(name) : value);
        extraNamed.delete(name);
      }
    }
    this.#check(bound, positional.length - used, extraNamed, budget);
    return bound;
  }

  #check(
    bound: readonly (Value | undefined)[],
    extra: number,
    extraNamed: ReadonlyMap<string, Value>,
    budget: Budget,
  ): void {
    for (const [index, { name, optional, kind }] of this.#parameters.entries()) {
      if (kind === "normal" && !optional && bound[index] === undefined) {
        throw new Fault(`Missing parameter \`${name}\` for call to \`${this.name}\``);
      }
    }
    checkExtra(this.name, extra, extraNamed);
    for (const [index, { name, type }] of this.#parameters.entries()) {
      const value = bound[index];
      if (type !== null && value !== undefined) checkType(name, type, value, budget);
    }
  }
}

function readParameter(text: string): NativeParameter {
  if (text.startsWith("**")) return { name: text.slice(2), optional: true, type: null, kind: "kwargs" };
  if (text.startsWith("*")) return { name: text.slice(1), optional: true, type: null, kind: "args" };
  const namedOnly = text.startsWith("=");
  const [name = "", type] = (namedOnly ? text.slice(1) : text).split(":");
  const known = type === "list" || type === "str" || type === "int" || type === "bool" ? type : null;
  const optional = namedOnly || name.endsWith("?");
  return { name: name.replace("?", ""), optional, type: known, kind: namedOnly ? "named" : "normal" };
}

/** Fails for arguments that no parameter takes. */
export function checkExtra(name: string, positional: number, named: ReadonlyMap<string, Value>): void {
  if (positional > 0) throw new Fault(`Found ${positional} extra positional argument(s) for call to ${name}`);
  if (named.size === 0) return;
  const names = [...named.keys()].map(key => `\`${key}\``).join(" ");
  throw new Fault(`Found ${names} extra named parameter(s) for call to ${name}`);
}

/** Fails unless the value is of the type that a parameter asks for. */
export function checkType(name: string, type: ParameterType, value: Value, budget: Budget): void {
  const actual = typeName(value);
  if (actual === (type === "str" ? "string" : type)) return;
  throw new Fault(
    `Type of parameter \`${name}\` doesn't match, expected \`${type}\`, actual \`${actual} (repr: ${toSource(value, budget)})\``,
  );
}

/** A parameter of a `def` with its default and type worked out. */
export interface UserParameter {
  readonly kind: Parameter["kind"];
  readonly name: string;
  readonly default: Value | undefined;
  readonly type: TypeCheck | null;
}

/** A function that a rules file defines. */
export class UserFunction extends Callable {
  readonly name: string;
  /** The name in tracebacks. */
  readonly shortName: string;
  readonly parameters: readonly UserParameter[];
  readonly returns: TypeCheck | null;
  readonly body: readonly Statement[] | Expr;
  readonly declared: ReadonlySet<string>;
  readonly scope: Scope;

  constructor(details: {
    file: string;
    shortName: string;
    parameters: readonly UserParameter[];
    returns: TypeCheck | null;
    body: readonly Statement[] | Expr;
    declared: ReadonlySet<string>;
    scope: Scope;
  }) {
    super();
    this.name = `${details.file}.${details.shortName}`;
    this.shortName = details.shortName;
    this.parameters = details.parameters;
    this.returns = details.returns;
    this.body = details.body;
    this.declared = details.declared;
    this.scope = details.scope;
  }

  /** The values of the parameters for one call. Throws a Fault without place. */
  bind({ positional, named }: CallArguments, budget: Budget): Map<string, Value> {
    const values = new Map<string, Value>();
    const extraNamed = new Map(named);
    let used = 0;
    let namedOnly = false;
    let missing: Fault | null = null;
    let takesExtra = false;
    let restName: string | null = null;
    for (const parameter of this.parameters) {
      const { kind, name } = parameter;
      if (kind === "normal") {
        const value = namedOnly ? undefined : positional[used];
        if (value !== undefined) used += 1;
        if (value !== undefined && named.has(name)) throw new Fault(`Argument \`${name}\` occurs more than once`);
        const chosen = value !== undefined ? value : named.has(name) ? named.get(name) : parameter.default;
        extraNamed.delete(name);
        if (chosen === undefined) {
          const what = namedOnly ? "named-only parameter" : "parameter";
          missing ??= new Fault(`Missing ${what} \`${name}\` for call to \`${this.name}\``);
        } else {
          values.set(name, chosen);
        }
      } else if (kind === "kwargs") {
        restName = name;
      } else {
        namedOnly = true;
        takesExtra = kind === "args";
        if (takesExtra) values.set(name, new Tuple(positional.slice(used)));
      }
    }
    if (missing) throw missing;
    if (restName !== null) {
      const rest = new Dict();
      for (const [key, value] of extraNamed) rest.set(key, value, budget);
      values.set(restName, rest);
      extraNamed.clear();
    }
    checkExtra(this.name, takesExtra ? 0 : positional.length - used, extraNamed);
    for (const { name, type } of this.parameters) {
      const value = values.get(name);
      if (value !== undefined) type?.check(value, `argument \`${name}\``, budget);
    }
    return values;
  }
}

import type { Expr, Parameter, Statement } from "./ast.ts";
import { type Budget, Fault } from "./fault.ts";
import { toSource } from "./printing.ts";
import type { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import { Callable, Dict, isCount, isInt, List, Tuple, typeName, type Value } from "./values.ts";
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

interface NativeParameter {
  readonly name: string;
  readonly optional: boolean;
  /** The types that fit, as messages name them; empty: any. */
  readonly types: readonly string[];
  readonly kind: "positional" | "either" | "named" | "args" | "kwargs";
}

/** The arguments of a builtin by parameter: undefined where an optional one is missing. */
export type BoundArguments = readonly (Value | undefined)[];

/** A function of the language that is written here. */
export class NativeFunction extends Callable {
  readonly name: string;
  readonly #parameters: readonly NativeParameter[];
  readonly #run: (args: BoundArguments, context: CallContext) => Value;
  /** All parameters are by position: such functions count their arguments. */
  readonly #counts: boolean;

  /**
   * @param signature parameters apart by blanks: `name` (by position only), `~name` (by position or name), `=name` (by
   *   name only, optional), `*rest`, `**named`; behind the name `?` for optional and `:type|type` for what it takes
   */
  constructor(name: string, signature: string, run: (args: BoundArguments, context: CallContext) => Value) {
    super();
    this.name = name;
    this.#parameters = signature.split(" ").filter(Boolean).map(readParameter);
    this.#run = run;
    this.#counts = this.#parameters.every(({ kind }) => kind === "positional" || kind === "kwargs");
  }

  call(args: CallArguments, context: CallContext): Value {
    return this.#run(this.#bind(args, context.budget), context);
  }

  #bind({ positional, named }: CallArguments, budget: Budget): BoundArguments {
    if (this.#counts) this.#checkCount(positional.length, named);
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
        const value = kind === "named" ? undefined : positional[used];
        const byName = kind === "positional" ? undefined : named.get(name);
        if (value !== undefined && byName !== undefined) throw new Fault(`Argument \`${name}\` occurs more than once`);
        used += value === undefined ? 0 : 1;
        bound.push(value === undefined ? byName : value);
        if (kind !== "positional") extraNamed.delete(name);
      }
    }
    this.#check(bound, positional.length - used, extraNamed, budget);
    return bound;
  }

  #checkCount(count: number, named: ReadonlyMap<string, Value>): void {
    const positional = this.#parameters.filter(({ kind }) => kind === "positional");
    const most = positional.length;
    const least = positional.filter(({ optional }) => !optional).length;
    if (most === this.#parameters.length) checkExtra("function", 0, named);
    if (count >= least && count <= most) return;
    const expected = least === most ? String(most) : `between ${least} and ${most}`;
    throw new Fault(`Wrong number of positional arguments, expected ${expected}, got ${count}`);
  }

  #check(
    bound: readonly (Value | undefined)[],
    extra: number,
    extraNamed: ReadonlyMap<string, Value>,
    budget: Budget,
  ): void {
    for (const [index, { name, optional, kind }] of this.#parameters.entries()) {
      if (optional || bound[index] !== undefined) continue;
      const what = kind === "positional" ? "positional-only parameter" : "parameter";
      throw new Fault(`Missing ${what} \`${name}\` for call to \`${this.name}\``);
    }
    checkExtra(this.name, extra, extraNamed);
    for (const [index, { name, types }] of this.#parameters.entries()) {
      const value = bound[index];
      if (types.length > 0 && value !== undefined) checkType(name, types, value, budget);
    }
  }
}

const KINDS = new Map<string, NativeParameter["kind"]>([
  ["**", "kwargs"],
  ["*", "args"],
  ["~", "either"],
  ["=", "named"],
]);

function readParameter(text: string): NativeParameter {
  const [, mark = "", name = "", question = "", types = ""] = /^(\*\*|\*|~|=)?(\w+)(\?)?(?::(.*))?$/.exec(text) ?? [];
  const kind = KINDS.get(mark) ?? "positional";
  return {
    name,
    optional: question !== "" || kind === "named" || kind === "args" || kind === "kwargs",
    types: types === "" ? [] : types.split("|"),
    kind,
  };
}

/** Fails for arguments that no parameter takes. */
export function checkExtra(name: string, positional: number, named: ReadonlyMap<string, Value>): void {
  if (positional > 0) throw new Fault(`Found ${positional} extra positional argument(s) for call to ${name}`);
  if (named.size === 0) return;
  const names = [...named.keys()].map(key => `\`${key}\``).join(" ");
  throw new Fault(`Found ${names} extra named parameter(s) for call to ${name}`);
}

/** Fails unless the value is of one of the types that a parameter takes. */
export function checkType(name: string, types: readonly string[], value: Value, budget: Budget): void {
  const actual = typeName(value);
  const fits = types.includes(actual === "string" ? "str" : value === null ? "None" : actual);
  if (!fits) throw wrongType(name, types.join(" | "), value, budget);
  if (isInt(value) && !types.includes("float")) checkCount(name, types, value);
}

function checkCount(name: string, types: readonly string[], value: number | bigint): void {
  if (isCount(value)) return;
  const expected = types.join(" | ");
  throw new Fault(
    `Error unpacking value for parameter \`${name}\` of type \`${expected}\`: ${value} has more than 32 bits`,
  );
}

/** The failure of a value that is not of the type that a parameter takes. */
export function wrongType(name: string, expected: string, value: Value, budget: Budget): Fault {
  const actual = `${typeName(value)} (repr: ${toSource(value, budget)})`;
  return new Fault(`Type of parameter \`${name}\` doesn't match, expected \`${expected}\`, actual \`${actual}\``);
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

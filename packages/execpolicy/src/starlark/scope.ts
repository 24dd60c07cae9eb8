import { Fault } from "./fault.ts";
import type { Value } from "./values.ts";

/** The variables of a module, a function call or a comprehension. */
export class Scope {
  readonly #declared: ReadonlySet<string>;
  readonly #values: Map<string, Value>;
  readonly #parent: Scope | null;

  constructor(declared: ReadonlySet<string>, parent: Scope | null, values = new Map<string, Value>()) {
    this.#declared = declared;
    this.#parent = parent;
    this.#values = values;
  }

  /** The value of a name, from the innermost scope that declares it. */
  get(name: string): Value {
    if (!this.#declared.has(name) && this.#parent !== null) return this.#parent.get(name);
    const value = this.#values.get(name);
    if (value === undefined) throw new Fault(`Local variable \`${name}\` referenced before assignment`);
    return value;
  }

  /** Assigns in the innermost scope that declares the name: always this one for an assignment the resolver saw. */
  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

import { Fault } from "./fault.ts";
import { type BoundArguments, type CallContext, NativeFunction } from "./functions.ts";
import { dictMethods } from "./methods-dict.ts";
import { listMethods } from "./methods-list.ts";
import { stringMethods } from "./methods-string.ts";
import { Dict, List, typeName, type Value } from "./values.ts";

/** A method: its parameters, and what it does to its object. */
export interface Method<T> {
  readonly signature: string;
  readonly run: (self: T, args: BoundArguments, context: CallContext) => Value;
}

/** A table of methods by name. */
export type Methods<T> = ReadonlyMap<string, Method<T>>;

/** `object.name` as a function that is bound to the object; null when there is no such method. */
export function findAttribute(object: Value, name: string): NativeFunction | null {
  if (typeof object === "string") return bind(object, stringMethods, name);
  if (object instanceof List) return bind(object, listMethods, name);
  if (object instanceof Dict) return bind(object, dictMethods, name);
  return null;
}

/** As `findAttribute`, but a Fault when there is no such method. */
export function attributeOf(object: Value, name: string): NativeFunction {
  const found = findAttribute(object, name);
  if (found !== null) return found;
  throw new Fault(`Object of type \`${typeName(object)}\` has no attribute \`${name}\``);
}

/** The names of all methods of an object, sorted. */
export function attributeNames(object: Value): string[] {
  if (typeof object === "string") return [...stringMethods.keys()].sort();
  if (object instanceof List) return [...listMethods.keys()].sort();
  if (object instanceof Dict) return [...dictMethods.keys()].sort();
  return [];
}

function bind<T>(object: T, methods: Methods<T>, name: string): NativeFunction | null {
  const method = methods.get(name);
  if (method === undefined) return null;
  return new NativeFunction(name, method.signature, (args, context) => method.run(object, args, context));
}

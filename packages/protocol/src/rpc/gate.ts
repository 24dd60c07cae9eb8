import type * as z from "zod/mini";
import { type AnySchema, markOf } from "../wire/index.ts";
import type { ClientRequestMethod } from "./dispatch.ts";
import { clientRequests } from "./client-requests.ts";

type Def = z.core.$ZodTypes["_zod"]["def"];

function defOf(schema: AnySchema): Def {
  return schema._zod.def as Def;
}

function childrenOf(def: Def): readonly AnySchema[] {
  switch (def.type) {
    case "object":
      return Object.values(def.shape as Record<string, AnySchema>);
    case "union":
      return def.options as readonly AnySchema[];
    case "array":
      return [def.element];
    case "record":
      return [def.valueType];
    case "optional":
    case "nullable":
    case "default":
      return [def.innerType];
    case "pipe":
      return [def.out];
    default:
      return [];
  }
}

const gated = new WeakMap<object, boolean>();

/** Whether anything inside a schema needs an opt-in. */
function hasGates(schema: AnySchema): boolean {
  const known = gated.get(schema);
  if (known !== undefined) {
    return known;
  }
  gated.set(schema, false);
  const found = markOf(schema)?.experimental !== undefined || childrenOf(defOf(schema)).some(hasGates);
  gated.set(schema, found);
  return found;
}

/** Whether a gated field counts as used: an optional one when set, a list when not empty, a flag when true. */
function isUsed(schema: AnySchema, value: unknown): boolean {
  const def = defOf(schema);
  if (value === undefined || value === null || value === false) {
    return false;
  }
  const mayBeEmpty = def.type === "default" && defOf(def.innerType).type !== "nullable";
  return !(mayBeEmpty && Array.isArray(value) && value.length === 0);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The opt-in that a decoded value needs, looking at fields in declaration order; null when it needs none. */
export function experimentalReason(schema: AnySchema, value: unknown): string | null {
  if (value === undefined || value === null || !hasGates(schema)) {
    return null;
  }
  const def = defOf(schema);
  if (def.type === "object") {
    return isMap(value) ? reasonOfFields(def.shape as Record<string, AnySchema>, value) : null;
  }
  if (def.type === "union") {
    return reasonOfVariant(def, value);
  }
  const inner = childrenOf(def)[0];
  if (inner === undefined) {
    return null;
  }
  const parts: readonly unknown[] =
    def.type === "array" && Array.isArray(value)
      ? value
      : def.type === "record" && isMap(value)
        ? Object.values(value)
        : [value];
  for (const part of parts) {
    const reason = experimentalReason(inner, part);
    if (reason !== null) {
      return reason;
    }
  }
  return null;
}

function reasonOfFields(shape: Readonly<Record<string, AnySchema>>, value: Record<string, unknown>): string | null {
  for (const [key, schema] of Object.entries(shape)) {
    const own = markOf(schema)?.experimental;
    const reason = own !== undefined && isUsed(schema, value[key]) ? own : experimentalReason(schema, value[key]);
    if (reason !== null) {
      return reason;
    }
  }
  return null;
}

function reasonOfVariant(def: z.core.$ZodUnionDef, value: unknown): string | null {
  const tag = "discriminator" in def ? String(def.discriminator) : undefined;
  for (const option of def.options as readonly AnySchema[]) {
    const inner = defOf(option);
    if (inner.type !== "object" || !isMap(value)) {
      continue;
    }
    const shape = inner.shape as Record<string, AnySchema>;
    const chosen =
      tag === undefined
        ? Object.keys(shape).every(key => Object.hasOwn(value, key))
        : (defOf(shape[tag] as AnySchema) as z.core.$ZodLiteralDef<string>).values[0] === value[tag];
    if (chosen) {
      return markOf(option)?.experimental ?? reasonOfFields(shape, value);
    }
  }
  return null;
}

/**
 * What a client's request needs the connection to have opted in to; null when it needs nothing. `params` are decoded
 * ones. The refusal's text is `${reason} requires experimentalApi capability`.
 */
export function requestGate(method: ClientRequestMethod, params: unknown): string | null {
  const entry = clientRequests[method];
  return entry.reason ?? experimentalReason(entry.params, params);
}

import type * as z from "zod/mini";
import { type AnySchema, markOf } from "../wire/index.ts";
import { ResponseItem } from "./response-item.ts";

let unwrittenFields: ReadonlyMap<string, readonly string[]> | undefined;

function collect(): ReadonlyMap<string, readonly string[]> {
  const { out } = ResponseItem._zod.def as unknown as z.core.$ZodPipeDef;
  const { options } = out._zod.def as z.core.$ZodUnionDef;
  return new Map(
    options.map(option => {
      const { shape } = (option as AnySchema)._zod.def as z.core.$ZodObjectDef;
      const tag = (shape["type"] as AnySchema)._zod.def as z.core.$ZodLiteralDef<string>;
      const fields = Object.keys(shape).filter(name => markOf(shape[name] as AnySchema)?.unwritten === true);
      return [String(tag.values[0]), fields];
    }),
  );
}

/**
 * A model item as it is written to rollouts and to the wire: the ids that are read but never written are taken out.
 * Gives the item itself when there is nothing to take out.
 */
export function writtenItem(item: ResponseItem): ResponseItem {
  unwrittenFields ??= collect();
  const fields = unwrittenFields.get(item.type) ?? [];
  if (!fields.some(name => name in item)) {
    return item;
  }
  return Object.fromEntries(Object.entries(item).filter(([name]) => !fields.includes(name))) as ResponseItem;
}

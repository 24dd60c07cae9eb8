import * as core from "./registry/core.ts";
import * as models from "./registry/models.ts";
import * as rpc from "./registry/rpc.ts";
import * as shared from "./registry/shared.ts";
import * as v1 from "./registry/v1.ts";
import * as v2 from "./registry/v2.ts";
import { isNamed } from "./registry/names.ts";
import type { NamedSchema } from "./wire/schema.ts";

export { markOf } from "./registry/names.ts";
export type { Mark } from "./wire/marks.ts";

type Types = Readonly<Record<string, NamedSchema>>;

function typesOf(module: Readonly<Record<string, unknown>>): Types {
  return Object.fromEntries(
    Object.entries(module).filter((entry): entry is [string, NamedSchema] => isNamed(entry[1])),
  );
}

/**
 * Every wire type by the part of the protocol it belongs to and its name; for generators of schemas and documents, and
 * for tests that must not forget a type.
 */
export const wireTypes = {
  v2: typesOf(v2),
  shared: typesOf(shared),
  v1: typesOf(v1),
  models: typesOf(models),
  core: typesOf(core),
  rpc: typesOf(rpc),
} as const satisfies Readonly<Record<string, Types>>;

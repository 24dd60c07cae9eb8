import type { $ZodType } from "zod/v4/core";
import type { JsonSchema } from "./parameters.ts";

type Parsed =
  | { success: true; data: unknown }
  | { success: false; error: { issues: { message: string; path: PropertyKey[] }[] } };

/** What we need of a schema of zod 3, whichever copy of it made the schema. */
export interface Zod3Schema {
  readonly _output: unknown;
  readonly _def: { readonly typeName?: unknown };
  safeParseAsync(value: unknown): Promise<Parsed>;
}

/** What we need of a schema of zod 4, `zod/mini` included. */
export interface Zod4Schema {
  readonly _zod: { readonly output: unknown };
  safeParseAsync(value: unknown): Promise<Parsed>;
}

/** A schema of zod 4 or of zod 3. */
export type InputSchema = Zod4Schema | Zod3Schema;

/** What a schema's reader gives. */
export type OutputOf<Input extends InputSchema> = Input extends { readonly _zod: { output: infer Output } }
  ? Output
  : Input extends { readonly _output: infer Output }
    ? Output
    : never;

/**
 * The JSON schema of a zod 4 schema; null when it takes a converter that is loaded first (see `preparedSchema`).
 * @throws TypeError when this is no schema that a tool can have
 */
export function jsonSchemaOf(tool: string, input: InputSchema): JsonSchema | null {
  if (isZod4(input)) {
    // Schemas of `zod/mini` leave the conversion to a function.
    return hasConverter(input) ? checked(tool, input.toJSONSchema({ io: "input" })) : null;
  }
  if (typeof input._def?.typeName === "string" && typeof input.safeParseAsync === "function") return null;
  throw new TypeError(`the input of tool \`${tool}\` must be a zod 3 or zod 4 schema`);
}

/** The JSON schema, by the converter of the schema's own generation. */
export async function preparedSchema(tool: string, input: InputSchema): Promise<JsonSchema> {
  if (isZod4(input)) {
    const { toJSONSchema } = await import("zod");
    return checked(tool, toJSONSchema(input as unknown as $ZodType, { io: "input" }));
  }
  const { zodToJsonSchema } = await import("zod-to-json-schema");
  return checked(tool, zodToJsonSchema(input as never, { $refStrategy: "none" }));
}

function isZod4(input: InputSchema): input is Zod4Schema {
  return typeof input === "object" && input !== null && "_zod" in input;
}

function hasConverter(input: object): input is { toJSONSchema(options: { io: "input" }): object } {
  return "toJSONSchema" in input && typeof input.toJSONSchema === "function";
}

function checked(tool: string, converted: object): JsonSchema {
  const { $schema: _dialect, ...schema } = converted as JsonSchema;
  if (schema["type"] !== "object") throw new TypeError(`the input of tool \`${tool}\` must be an object schema`);
  return schema;
}

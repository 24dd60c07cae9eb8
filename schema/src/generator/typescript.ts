import { type AnySchema, isNamed, type NamedSchema } from "@codex-ts/protocol";
import { markOf } from "@codex-ts/protocol/registry";
import type * as z from "zod/mini";
import { experimentalFields } from "./convert.ts";
import { type PublicType, publicTypes } from "./types.ts";

type Def = z.core.$ZodTypes["_zod"]["def"];

/** Types that the TypeScript shows at the place where they are used. */
const inlined: ReadonlySet<string> = new Set(["v2/AppConfig", "v2/AppToolConfig", "v2/ThreadListCwdFilter"]);

/** The type of members that an open object keeps. */
const ANY_MEMBER =
  "{ [key in string]?: number | string | boolean | Array<JsonValue> | { [key in string]?: JsonValue } | null }";

function defOf(schema: AnySchema): Def {
  return schema._zod.def as Def;
}

/** The definition behind a step that reads older forms. */
function plainDef(schema: AnySchema): Def {
  const def = defOf(schema);
  return def.type === "pipe" ? defOf(def.out) : def;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Writes the declarations of types, and notes which other types each one mentions. */
export class TypeWriter {
  readonly mentioned = new Set<PublicType>();
  mentionsJsonValue = false;
  readonly #experimental: boolean;

  constructor(experimental: boolean) {
    this.#experimental = experimental;
  }

  /** The right side of `export type X = …`. */
  declaration(schema: NamedSchema): string {
    const def = plainDef(schema);
    switch (schema.form) {
      case "struct":
      case "closed":
        return this.#struct(def as z.core.$ZodObjectDef, this.#hidden(schema));
      case "open":
        return this.#open(schema, def as z.core.$ZodObjectDef);
      case "flatten":
        return this.#flatten(schema, def as z.core.$ZodUnionDef);
      case "tagged":
        return (def as z.core.$ZodUnionDef).options.map(option => this.#variant(option as AnySchema)).join(" | ");
      case "external":
        return this.#external(schema, def as z.core.$ZodUnionDef);
      default:
        return this.#plain(schema, def);
    }
  }

  #hidden(schema: NamedSchema): readonly string[] {
    return this.#experimental ? [] : experimentalFields(schema);
  }

  /** A schema where it is used: by its name if it has one. */
  #use(schema: AnySchema): string {
    if (!isNamed(schema)) {
      return this.#plain(schema, defOf(schema));
    }
    if (schema.typeName === "JsonValue") {
      this.mentionsJsonValue = true;
      return "JsonValue";
    }
    if (schema.typeName === "()") {
      return "undefined";
    }
    const type = publicTypes.get(schema);
    if (type === undefined || inlined.has(type.key)) {
      return this.declaration(schema);
    }
    this.mentioned.add(type);
    return type.name;
  }

  #plain(schema: AnySchema, def: Def): string {
    const spelled = markOf(schema)?.ts;
    if (spelled !== undefined) {
      return spelled;
    }
    switch (def.type) {
      case "string":
      case "boolean":
      case "number":
      case "unknown":
        return def.type;
      case "enum":
        return Object.values(def.entries)
          .map(value => JSON.stringify(value))
          .join(" | ");
      case "array":
        return `Array<${this.#use(def.element)}>`;
      case "record":
        return `{ [key in string]?: ${this.#use(def.valueType)} }`;
      case "nullable":
        return `${this.#use(def.innerType)} | null`;
      case "optional":
      case "default":
        return this.#use(def.innerType);
      case "object":
        return this.#struct(def, []);
      case "union":
        return def.options.map(option => this.#use(option as AnySchema)).join(" | ");
      case "pipe":
        return this.#plain(def.out, defOf(def.out));
      default:
        throw new Error(`no TypeScript for a schema of kind ${def.type}`);
    }
  }

  #field(name: string, schema: AnySchema): string {
    const def = defOf(schema);
    const mark = markOf(schema);
    if (def.type !== "optional") {
      return `${propertyName(name)}: ${this.#use(schema)}`;
    }
    const inner = defOf(def.innerType);
    const type = mark?.omittable === true && inner.type === "nullable" ? inner.innerType : def.innerType;
    return `${propertyName(name)}?: ${this.#use(type)}`;
  }

  #fields(shape: Readonly<Record<string, AnySchema>>, hidden: readonly string[]): string {
    return Object.entries(shape)
      .filter(([name, schema]) => !hidden.includes(name) && markOf(schema)?.unwritten !== true)
      .map(([name, schema]) => `${this.#field(name, schema)}, `)
      .join("");
  }

  #struct(def: z.core.$ZodObjectDef, hidden: readonly string[]): string {
    const fields = this.#fields(def.shape, hidden);
    return fields === "" ? "Record<string, never>" : `{ ${fields}}`;
  }

  #open(schema: NamedSchema, def: z.core.$ZodObjectDef): string {
    const rest = def.catchall as AnySchema;
    const known = this.#struct(def, this.#hidden(schema));
    if (isNamed(rest) && rest.typeName === "JsonValue") {
      this.mentionsJsonValue = true;
      return `${known} & (${ANY_MEMBER})`;
    }
    return `${known} & ({ [key in string]?: ${this.#use(rest)} })`;
  }

  #variant(option: AnySchema, common: readonly string[] = []): string {
    const shape = (plainDef(option) as z.core.$ZodObjectDef).shape as Readonly<Record<string, AnySchema>>;
    const carried = markOf(option)?.carries;
    if (carried !== undefined) {
      const [tag, literal] = Object.entries(shape).find(([, schema]) => defOf(schema).type === "literal") ?? [];
      const value = literal === undefined ? "" : (defOf(literal) as z.core.$ZodLiteralDef<string>).values[0];
      return `{ "${tag}": ${JSON.stringify(value)} } & ${this.#use(carried)}`;
    }
    const parts = Object.entries(shape).flatMap(([name, schema]) => {
      const def = defOf(schema);
      if (common.includes(name) || markOf(schema)?.unwritten === true) {
        return [];
      }
      return def.type === "literal" && !isNamed(schema)
        ? [`"${name}": ${JSON.stringify(def.values[0])}, `]
        : [`${this.#field(name, schema)}, `];
    });
    return `{ ${parts.join("")}}`;
  }

  #flatten(schema: NamedSchema, def: z.core.$ZodUnionDef): string {
    const common = markOf(schema)?.common ?? [];
    const first = plainDef(def.options[0] as AnySchema) as z.core.$ZodObjectDef;
    const own = Object.fromEntries(common.map(name => [name, first.shape[name] as AnySchema]));
    const variants = def.options.map(option => this.#variant(option as AnySchema, common));
    return `{ ${this.#fields(own, [])}} & (${variants.join(" | ")})`;
  }

  #external(schema: NamedSchema, def: z.core.$ZodUnionDef): string {
    const bodies = def.options.map(option => defOf(option as AnySchema)).filter(option => option.type === "object");
    const order = markOf(defOf(schema).type === "pipe" ? (defOf(schema) as z.core.$ZodPipeDef).out : schema)?.expected;
    return (order ?? "")
      .split(",")
      .map(name => {
        const body = bodies.find(option => Object.hasOwn(option.shape, name))?.shape[name] as AnySchema | undefined;
        return body === undefined ? JSON.stringify(name) : `{ ${JSON.stringify(name)}: ${this.#use(body)} }`;
      })
      .join(" | ");
  }
}

import { readFileSync } from "node:fs";
import path from "node:path";
import { type NamedSchema, decode } from "@codex-ts/protocol";
import { type ResponseItem, writtenItem } from "@codex-ts/protocol/models";
import { wireTypes } from "@codex-ts/protocol/registry";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryOf } from "../../../packages/protocol/test/arbitrary.ts";
import { differences } from "../src/schema/differences.ts";
import { normalise } from "../src/schema/normal.ts";
import { definitionsFromTypeScript } from "./merged-types.ts";
import { type Definitions, presences, simplified, withoutPresence } from "./skeleton.ts";

const schema = path.join(import.meta.dirname, "../../../schema");

function mixedDefinitions(): Definitions {
  const file = path.join(schema, "json/experimental/codex_app_server_protocol.schemas.json");
  const { v2, ...root } = (JSON.parse(readFileSync(file, "utf8")) as { definitions: Definitions }).definitions;
  return JSON.parse(
    JSON.stringify({ ...root, ...(v2 as Definitions) }).replaceAll("#/definitions/v2/", "#/definitions/"),
  );
}

const fromZod = mixedDefinitions();
const fromTypeScript = definitionsFromTypeScript(path.join(schema, "typescript/experimental"));

/** Definitions that the TypeScript shows where they are used, or has no need for. */
const onlyInJson = ["AppConfig", "AppToolConfig", "ThreadListCwdFilter", "W3cTraceContext", /^JSONRPC/];
const isOnlyInJson = (name: string): boolean =>
  onlyInJson.some(known => (typeof known === "string" ? known === name : known.test(name)));
const shared = Object.keys(fromZod).filter(name => !isOnlyInJson(name));

/** Their members of any name are typed in TypeScript alone, as in the reference. */
const typedOnlyInTypes = ["AppsConfig", "AppToolsConfig"];

describe("the emitted TypeScript, turned into JSON Schema by ts-json-schema-generator", () => {
  it("has every type of the emitted JSON Schema", () => {
    expect(shared.filter(name => !(name in fromTypeScript))).toEqual([]);
    expect(shared.length).toBeGreaterThan(480);
  });

  it.each(shared.filter(name => !typedOnlyInTypes.includes(name)))(
    "describes %s as the emitted JSON Schema does",
    name => {
      const [json, types] = [normalise(simplified(name, fromZod)), normalise(simplified(name, fromTypeScript))];
      expect(differences(withoutPresence(json), withoutPresence(types))).toEqual([]);
      const inTypes = presences(types);
      const disagreeing = [...presences(json)].filter(([path, { required, nullable }]) => {
        const there = inTypes.get(path);
        return (
          there === undefined ||
          (required && !there.required) ||
          (nullable && there.required && !there.nullable) ||
          (there.nullable && !nullable)
        );
      });
      expect(disagreeing).toEqual([]);
    },
  );
});

function validators(definitions: Definitions): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ $id: "types", definitions });
  return name => ajv.getSchema(`types#/definitions/${encodeURIComponent(name)}`) as ValidateFunction;
}

const acceptedByJson = validators(fromZod);
const acceptedByTypes = validators(fromTypeScript);

const sampled: readonly (readonly [string, NamedSchema])[] = shared.flatMap(name => {
  const schema: NamedSchema | undefined =
    name === "ResponsesApiWebSearchAction"
      ? wireTypes.models["WebSearchAction"]
      : (wireTypes.v2[name] ??
        wireTypes.shared[name] ??
        wireTypes.models[name] ??
        wireTypes.v1[name] ??
        wireTypes.core[name]);
  return schema === undefined ? [] : [[name, schema] as const];
});

/** A copy with one value, picked by `seed`, replaced by one of another kind. */
function spoil(value: unknown, seed: number): unknown {
  const places: (() => void)[] = [];
  const copy: { root: unknown } = { root: structuredClone(value) };
  const visit = (holder: Record<string, unknown>, key: string): void => {
    const current = holder[key];
    places.push(() => {
      holder[key] = typeof current === "string" ? true : "spoilt";
    });
    if (typeof current === "object" && current !== null) {
      for (const inner of Object.keys(current)) {
        visit(current as Record<string, unknown>, inner);
      }
    }
  };
  visit(copy, "root");
  places[seed % places.length]?.();
  return copy.root;
}

/** Values as they are written, without what is only read. */
function written(schema: NamedSchema, value: unknown): unknown {
  return JSON.parse(JSON.stringify(decode(schema, value)), (_key, member: unknown) =>
    typeof member === "object" && member !== null && "type" in member ? writtenItem(member as ResponseItem) : member,
  );
}

/**
 * Types that TypeScript cannot spoil: it knows no closed objects, so that a spoilt member of one variant of an untagged
 * union is an unknown member of another.
 */
const openInTypes =
  /^McpElicitation(?:\w*Enum\w*|Primitive)?Schema$|^McpServerElicitationRequestParams$|^App(?:s|Tools)Config$/;

describe("the two artefacts", () => {
  it.each(sampled)("accept and refuse the same values of %s", (name, schema) => {
    const [json, types] = [acceptedByJson(name), acceptedByTypes(name)];
    fc.assert(
      fc.property(arbitraryOf(schema), fc.nat(), (value, seed) => {
        const good = written(schema, value);
        expect([json(good), json.errors]).toEqual([true, null]);
        expect([types(good), types.errors]).toEqual([true, null]);
        const bad = openInTypes.test(name) ? good : spoil(good, seed);
        expect(json(bad)).toBe(types(bad));
      }),
      { numRuns: 10 },
    );
  });
});

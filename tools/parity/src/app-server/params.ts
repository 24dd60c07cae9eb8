import { readFileSync } from "node:fs";
import path from "node:path";
import type { Json } from "@codex-ts-tools/model-server";
import { scenario } from "../core/stage.ts";
import type { Scenario } from "../drive/scenario.ts";
import { ANSWERS_ONLY } from "./view.ts";

const SCHEMA = path.resolve(import.meta.dirname, "../../../../schema/json/experimental/ClientRequest.json");

/** One value of each kind that JSON has. */
const KINDS: readonly unknown[] = [null, true, 5, -1.5, "text", [], ["text"], {}];

/** Methods of the first version that are still served; the published schema names none of them. */
const OLDER: readonly (readonly [method: string, members: readonly string[]])[] = [
  ["getConversationSummary", ["conversationId", "rolloutPath"]],
  ["gitDiffToRemote", ["cwd"]],
  ["getAuthStatus", ["includeToken", "refreshToken"]],
];

/**
 * For every method of the protocol: no params, params of every kind, and every member with a value of every kind. The
 * members are read from the published schema, so that a new method or member is compared from its first day.
 */
export function paramScenarios(): Scenario[] {
  const schema = JSON.parse(readFileSync(SCHEMA, "utf8")) as { oneOf: Json[]; definitions: Record<string, Json> };
  const published = schema.oneOf.map(entry => {
    const properties = entry["properties"] as { method: { enum: [string] }; params?: { $ref?: string } };
    const method = properties.method.enum[0];
    const name = properties.params?.$ref?.split("/").at(-1);
    return paramsOfEveryKind(method, name === undefined ? [] : variantsOf(schema.definitions[name] ?? {}));
  });
  return [...published, ...OLDER.map(([method, members]) => paramsOfEveryKind(method, [{ fixed: {}, members }]))];
}

interface Variant {
  readonly fixed: Json;
  readonly members: readonly string[];
}

function paramsOfEveryKind(method: string, variants: readonly Variant[]): Scenario {
  return scenario(`params of every kind for ${method}`, { script: [] }, async drive => {
    drive.notes[ANSWERS_ONLY] = true;
    await drive.note("none", method, undefined);
    for (const value of KINDS) await drive.note(JSON.stringify(value), method, value as Json);
    for (const { fixed, members } of variants) {
      for (const member of members) {
        for (const value of KINDS) {
          const params = { ...fixed, [member]: value };
          await drive.note(JSON.stringify(params), method, params);
        }
      }
    }
  });
}

/** The members of a params type; of a tagged union those of each variant, with its tag. */
function variantsOf(type: Json): Variant[] {
  const variants = (type["oneOf"] ?? type["anyOf"]) as Json[] | undefined;
  if (variants !== undefined) return variants.flatMap(variantsOf);
  const properties = (type["properties"] ?? {}) as Record<string, { enum?: string[] }>;
  const tag = properties["type"]?.enum?.[0];
  return [{ fixed: tag === undefined ? {} : { type: tag }, members: Object.keys(properties) }];
}

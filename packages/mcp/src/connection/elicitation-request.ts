import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { decode, McpElicitationSchema } from "@codex-ts/protocol";
import type { ElicitationRequest } from "./elicitation.ts";

type Params = Record<string, unknown>;

/** The request as a client is shown it; null: its form is none that clients know, so the answer is `cancel`. */
export function readElicitation(serverName: string, id: string | number, params: Params): ElicitationRequest | null {
  const { progressToken: _, ...meta } = isObject(params["_meta"]) ? params["_meta"] : {};
  const shared = {
    serverName,
    id,
    message: String(params["message"]),
    _meta: Object.keys(meta).length === 0 ? null : meta,
  };
  if (params["mode"] === "url") {
    return { ...shared, mode: "url", url: String(params["url"]), elicitationId: String(params["elicitationId"]) };
  }
  const requestedSchema = typedForm(params);
  return requestedSchema === null ? null : { ...shared, mode: "form", requestedSchema };
}

/** Whether it asks something at all: a message with a form or a page. What kind of form, `readElicitation` tells. */
export function isElicitation(params: Params): boolean {
  if (typeof params["message"] !== "string") return false;
  if (params["mode"] === "url") return typeof params["url"] === "string" && typeof params["elicitationId"] === "string";
  const form = { method: "elicitation/create", params: { message: "", requestedSchema: knownWords(params) } };
  return ElicitRequestSchema.safeParse(form).success;
}

const FORM_WORDS = new Set(["$schema", "type", "properties", "required"]);
const FIELD_WORDS = new Set(
  (
    "type title description default minLength maxLength format minimum maximum " +
    "enum enumNames oneOf items minItems maxItems"
  ).split(" "),
);

/** The form without words that no client knows; servers that generate theirs write more than there is to show. */
function knownWords({ requestedSchema }: Params): unknown {
  const form = only(requestedSchema, FORM_WORDS);
  if (!isObject(form) || !isObject(form["properties"])) return form;
  const fields = Object.entries(form["properties"]).map(([name, field]) => [name, only(field, FIELD_WORDS)]);
  return { ...form, properties: Object.fromEntries(fields) as Params };
}

function only(value: unknown, words: ReadonlySet<string>): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([word]) => words.has(word)));
}

/** The form in the words of the protocol, its fields sorted by name. */
function typedForm(params: Params): McpElicitationSchema | null {
  try {
    const form = decode(McpElicitationSchema, knownWords(params));
    const names = Object.keys(form.properties).sort((a, b) => (a < b ? -1 : 1));
    return { ...form, properties: Object.fromEntries(names.map(name => [name, form.properties[name]])) } as typeof form;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Params {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

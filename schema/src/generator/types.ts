import { clientRequests, type NamedSchema, serverNotifications, serverRequests } from "@codex-ts/protocol";
import { wireTypes } from "@codex-ts/protocol/registry";

/** A public type and how the two artefacts call it. */
export interface PublicType {
  readonly schema: NamedSchema;
  /** Unique over all types: `v2/Turn`, `SessionSource`. */
  readonly key: string;
  readonly name: string;
}

/** The parts of the protocol whose names share the generated TypeScript's root folder. */
const rootParts = ["shared", "v1", "models", "core", "rpc"] as const;

/** Types whose JSON Schema name differs from their TypeScript name; the first, because v2 has a type of that name. */
const jsonNames: Readonly<Record<string, string>> = {
  WebSearchAction: "ResponsesApiWebSearchAction",
  BaseInstructions: "base_instructions",
  McpToolCallOutcome: "Result_of_CallToolResult_or_String",
};

/** Types that JSON Schema shows at the place where they are used. */
const inlinedInJson: ReadonlySet<string> = new Set(["ExecPolicyAmendment", "v2/ExecPolicyAmendment", "GitSha", "()"]);

function collect(): Map<NamedSchema, PublicType> {
  const types = new Map<NamedSchema, PublicType>();
  const taken = new Set<string>();
  const add = (schema: NamedSchema, key: string): void => {
    taken.add(key);
    types.set(schema, { schema, key, name: schema.typeName });
  };
  for (const [name, schema] of Object.entries(wireTypes.v2)) {
    add(schema, `v2/${name}`);
  }
  for (const part of rootParts) {
    for (const [name, schema] of Object.entries(wireTypes[part])) {
      const later = part === "core" && (taken.has(name) || taken.has(`v2/${name}`));
      add(schema, later && !coreAtRoot.has(name) ? `core/${name}` : name);
    }
  }
  return types;
}

/** Core types that the published TypeScript has at its root, although v2 has types of the same names. */
const coreAtRoot: ReadonlySet<string> = new Set([
  "SessionSource",
  "ExecPolicyAmendment",
  "NetworkPolicyAmendment",
  "NetworkPolicyRuleAction",
]);

export const publicTypes: ReadonlyMap<NamedSchema, PublicType> = collect();

/** The name of a type's definition in JSON Schema; null when it is shown where it is used. */
export function jsonNameOf(type: PublicType): string | null {
  return inlinedInJson.has(type.key) ? null : (jsonNames[type.key] ?? type.name);
}

/** One method of a table with its types. */
interface Method {
  readonly method: string;
  readonly experimental: boolean;
  readonly params: PublicType | null;
  readonly result: PublicType | null;
}

function typeOf(schema: unknown): PublicType | null {
  return publicTypes.get(schema as NamedSchema) ?? null;
}

function methodsOf(
  table: Readonly<Record<string, { readonly params: unknown; readonly result?: unknown; readonly stability: string }>>,
): readonly Method[] {
  return Object.entries(table).map(([method, entry]) => ({
    method,
    experimental: entry.stability === "experimental",
    params: typeOf(entry.params),
    result: typeOf(entry.result),
  }));
}

export const clientMethods = methodsOf(clientRequests);
export const serverMethods = methodsOf(serverRequests);
export const notificationMethods = methodsOf(serverNotifications);

/** The types of experimental requests, which the stable artefacts leave out. */
export const experimentalTypes: ReadonlySet<PublicType> = new Set(
  clientMethods
    .filter(method => method.experimental)
    .flatMap(({ params, result }) => [params, result].filter(type => type !== null)),
);

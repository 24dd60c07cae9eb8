import { parseSync } from "oxc-parser";

/** A type in the form in which two declarations are compared. */
type Form = unknown;

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

const keywords: Readonly<Record<string, string>> = {
  TSStringKeyword: "string",
  TSBooleanKeyword: "boolean",
  TSNumberKeyword: "number",
  TSBigIntKeyword: "bigint",
  TSUnknownKeyword: "unknown",
  TSUndefinedKeyword: "undefined",
  TSNullKeyword: "null",
  TSNeverKeyword: "never",
};

/** The written-out form of any JSON value that the reference prints in some places. */
const jsonValueMembers = ["boolean", "number", "string", "null"];

function nameOf(node: Node): string {
  return String(node["name"] ?? node["value"]);
}

function isJsonValue(members: readonly Form[]): boolean {
  const texts = members.map(member => JSON.stringify(member));
  return members.length === 6 && jsonValueMembers.every(member => texts.includes(JSON.stringify(member)));
}

function unionForm(types: readonly Node[]): Form {
  const members = types.map(form).flatMap(member => (isUnion(member) ? member.union : [member]));
  const unique = [...new Map(members.map(member => [JSON.stringify(member), member])).entries()];
  const sorted = unique.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
  return isJsonValue(sorted) ? "JsonValue" : sorted.length === 1 ? sorted[0] : { union: sorted };
}

function isUnion(value: Form): value is { readonly union: readonly Form[] } {
  return typeof value === "object" && value !== null && "union" in value;
}

function annotated(node: unknown): Form {
  return form((node as { readonly typeAnnotation: Node }).typeAnnotation);
}

function objectForm(members: readonly Node[]): Form {
  const fields = members.map(member => {
    const optional = member["optional"] === true ? "?" : "";
    return [`${nameOf(member["key"] as Node)}${optional}`, annotated(member["typeAnnotation"])] as const;
  });
  return { object: Object.fromEntries([...fields].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Brings a type into the form in which it is compared: unions and members are sets, text is not looked at. */
function form(node: Node): Form {
  const keyword = keywords[node.type];
  if (keyword !== undefined) {
    return keyword;
  }
  switch (node.type) {
    case "TSParenthesizedType":
      return annotated(node);
    case "TSLiteralType":
      return { literal: (node["literal"] as Node)["value"] };
    case "TSUnionType":
      return unionForm(node["types"] as readonly Node[]);
    case "TSIntersectionType":
      return { intersection: (node["types"] as readonly Node[]).map(form) };
    case "TSArrayType":
      return { array: form(node["elementType"] as Node) };
    case "TSTypeLiteral":
      return objectForm(node["members"] as readonly Node[]);
    case "TSMappedType":
      return { map: form(node["typeAnnotation"] as Node) };
    case "TSTypeReference": {
      const name = nameOf(node["typeName"] as Node);
      const args = ((node["typeArguments"] as Node | null)?.["params"] ?? []) as readonly Node[];
      if (name === "Array") {
        return { array: form(args[0] as Node) };
      }
      return args.length === 0 ? name : { name, args: args.map(form) };
    }
    default:
      throw new Error(`a type of kind ${node.type} cannot be compared`);
  }
}

/** What a file of the TypeScript tree declares: its types, imports and re-exports. */
export function fileForm(name: string, text: string): Form {
  const { program, errors } = parseSync(name, text);
  if (errors.length > 0) {
    throw new Error(`${name} does not parse: ${errors[0]?.message}`);
  }
  const found: Record<string, Form> = {};
  for (const statement of program.body as unknown as readonly Node[]) {
    const declaration = statement["declaration"] as Node | null | undefined;
    const source = (statement["source"] as Node | null | undefined)?.["value"];
    if (statement.type === "ImportDeclaration" || source !== undefined) {
      for (const specifier of (statement["specifiers"] ?? [{ local: statement["exported"] }]) as readonly Node[]) {
        const bound = (specifier["local"] ?? statement["exported"]) as Node;
        found[`${statement.type} ${nameOf(bound)}`] = source;
      }
    } else if (declaration?.type === "TSTypeAliasDeclaration") {
      found[nameOf(declaration["id"] as Node)] = annotated(declaration);
    } else {
      throw new Error(`${name} has a statement of kind ${statement.type}`);
    }
  }
  return found;
}

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createGenerator } from "ts-json-schema-generator";

/** Root types of the TypeScript tree whose names v2 uses, too, and what JSON Schema calls them. */
const renamed: Readonly<Record<string, string>> = {
  WebSearchAction: "ResponsesApiWebSearchAction",
  SessionSource: "CoreSessionSource",
  ExecPolicyAmendment: "CoreExecPolicyAmendment",
  NetworkPolicyAmendment: "CoreNetworkPolicyAmendment",
  NetworkPolicyRuleAction: "CoreNetworkPolicyRuleAction",
};

function declarations(folder: string, rename: (text: string) => string): string {
  return readdirSync(folder)
    .filter(file => file.endsWith(".ts") && file !== "index.ts")
    .map(file => rename(readFileSync(path.join(folder, file), "utf8").replace(/^import .*$/gm, "")))
    .join("\n");
}

/** Renames the root's colliding types, but not in files that mention the ones of v2. */
function renameRoot(text: string): string {
  return /^export type (?:ClientRequest|ServerRequest|ServerNotification) /m.test(text)
    ? text
    : text.replace(/(?<!["\w])\w+(?!["\w])/g, word => renamed[word] ?? word);
}

/** JSON Schema definitions that `ts-json-schema-generator` makes of a TypeScript tree. */
export function definitionsFromTypeScript(tree: string): Readonly<Record<string, unknown>> {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "types-")), "types.ts");
  const text = [
    declarations(path.join(tree, "serde_json"), same => same),
    declarations(tree, renameRoot),
    declarations(path.join(tree, "v2"), same => same),
  ].join("\n");
  // JSON has one kind of number; bigint is only how the types call the wide ones.
  writeFileSync(file, text.replace(/\bbigint\b/g, "number"));
  const generator = createGenerator({ path: file, skipTypeCheck: true, additionalProperties: true, expose: "export" });
  return generator.createSchema("*").definitions ?? {};
}

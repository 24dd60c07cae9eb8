import { experimentalFields } from "./convert.ts";
import { clientMethods, notificationMethods, type PublicType, serverMethods } from "./types.ts";

function cell(type: PublicType | null): string {
  return type === null ? "none" : `\`${type.name}\``;
}

function gates(type: PublicType | null): string {
  const fields = type === null ? [] : experimentalFields(type.schema);
  return fields.length === 0 ? "" : ` (gated: ${fields.map(field => `\`${field}\``).join(", ")})`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return line(heads) + line(heads.map(() => "---")) + rows.map(line).join("");
}

/** The list of all methods as a Markdown document. */
export function methodsDocument(): string {
  const requests = (methods: typeof clientMethods): string =>
    table(
      ["method", "stability", "params", "result"],
      methods.map(({ method, experimental, params, result }) => [
        `\`${method}\``,
        experimental ? "experimental" : "stable",
        cell(params) + gates(params),
        cell(result),
      ]),
    );
  const notifications = table(
    ["method", "stability", "payload"],
    notificationMethods.map(({ method, experimental, params }) => [
      `\`${method}\``,
      experimental ? "experimental" : "stable",
      cell(params),
    ]),
  );
  return `# Methods of the app-server

<!-- Written by \`pnpm schema\` from the tables of @codex-ts/protocol; do not edit. -->

Experimental methods and gated fields need \`capabilities.experimentalApi\` in \`initialize\`. The types are those of
\`@codex-ts/protocol\` and of the TypeScript in \`schema/typescript\`.

## What a client requests (${clientMethods.length})

${requests(clientMethods)}
## What a server requests (${serverMethods.length})

${requests(serverMethods)}
## What a server notifies (${notificationMethods.length})

${notifications}
## What a client notifies (1)

| method | payload |
| --- | --- |
| \`initialized\` | none |
`;
}

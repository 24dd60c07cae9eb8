import { typeName } from "../explain.ts";
import { FEATURES } from "../features/registry.ts";
import { configKeys } from "./root.ts";
import type { Key, KeyType, TableType } from "./types.ts";

/** The reference of all settings as Markdown: what docs/config.md holds. */
export function configMarkdown(): string {
  const out = [
    "# Settings",
    "",
    "Every key of `config.toml`, generated from the key table of `@codex-ts/config`. Run `pnpm --filter @codex-ts/config docs`",
    "after changing the table. `codex-ts config explain KEY` says what holds on a machine, and why.",
    "",
    "P = may also stand in `[profiles.<name>]`; U = only meaningful in the user's own file.",
    "",
  ];
  const plain: [string, Key][] = [];
  const tables: [string, TableType, Key][] = [];
  for (const [name, field] of Object.entries(configKeys.fields)) {
    const inner = innerTable(field.type);
    if (inner === null) plain.push([name, field]);
    else tables.push([`${name}${field.type.kind === "map" || isOpenMap(field.type) ? ".<name>" : ""}`, inner, field]);
  }
  out.push("## Top level", "", ...keyTable(plain));
  for (const [name, table, field] of tables) {
    out.push(`## \`[${name}]\``, "", field.doc, "");
    if (Object.keys(table.fields).length > 0) out.push(...keyTable(Object.entries(table.fields)));
  }
  out.push("## Features", "", "| Key | Stage | Default | Older names |", "|---|---|---|---|");
  for (const feature of FEATURES.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const aliases = (feature.aliases ?? []).map(alias => `\`${alias}\``).join(", ");
    out.push(`| \`${feature.key}\` | ${feature.stage} | ${feature.default ? "on" : "off"} | ${aliases} |`);
  }
  out.push("");
  return out.join("\n");
}

function isOpenMap(type: KeyType): boolean {
  return type.kind === "table" && Object.keys(type.fields).length === 0 && type.rest !== undefined;
}

function innerTable(type: KeyType): TableType | null {
  if (type.kind === "map") return type.of.kind === "table" ? type.of : null;
  if (type.kind !== "table") return null;
  return isOpenMap(type) && type.rest?.kind === "table" ? type.rest : type;
}

function keyTable(keys: readonly [string, Key][]): string[] {
  const rows = keys
    .filter(([, field]) => field.hidden !== true)
    .map(([name, field]) => {
      const marks = [...(field.profile === true ? ["P"] : []), ...(field.layers === "user" ? ["U"] : [])].join(" ");
      const stage = field.stage === undefined || field.stage === "stable" ? "" : ` (${field.stage})`;
      const cell = (text: string): string => text.replaceAll("|", "\\|");
      const type = cell(typeName(field.type));
      return `| \`${name}\`${marks === "" ? "" : ` ${marks}`} | ${type} | ${cell(field.default ?? "")} | ${cell(field.doc)}${stage} |`;
    });
  return ["| Key | Type | Default | |", "|---|---|---|---|", ...rows, ""];
}

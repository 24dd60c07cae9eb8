import nodePath from "node:path";
import { ConfigError } from "../errors.ts";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import type { ConfigFs } from "../fs.ts";
import type { JsonValue } from "../toml/value.ts";
import { catalogMistake } from "./model-catalog.ts";

/** Text of a file that a key names; it must be there and must say something. */
export function readNamedFile(fs: ConfigFs, file: string, what: string): string {
  let text: string;
  try {
    text = Buffer.from(fs.readFile(file)).toString("utf8").trim();
  } catch (cause) {
    throw new ConfigError("io", `failed to read ${what} ${file}: ${osErrorText(cause)}`, { cause });
  }
  if (text === "") throw new ConfigError("invalid_value", `${what} is empty: ${file}`);
  return text;
}

/** The models of a catalogue file, each with everything that a model must have. */
export function readModelCatalog(fs: ConfigFs, file: string): JsonValue[] {
  let text: string;
  try {
    text = Buffer.from(fs.readFile(file)).toString("utf8");
  } catch (cause) {
    throw new ConfigError("io", osErrorText(cause), { cause, file });
  }
  const refused = (why: string, cause?: unknown) =>
    new ConfigError("invalid_value", `failed to parse model_catalog_json path \`${file}\` as JSON: ${why}`, { cause });
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const mistake = catalogMistake(parsed);
  if (mistake !== null) throw refused(mistake);
  const { models } = parsed as { models: JsonValue[] };
  if (models.length === 0) {
    throw new ConfigError("invalid_value", `model_catalog_json path \`${file}\` must contain at least one model`);
  }
  return models;
}

/** The global instructions of CODEX_HOME: the first of the two files that says something. */
export function readGlobalInstructions(fs: ConfigFs, codexHome: string): { text: string; path: string } | null {
  for (const name of ["AGENTS.override.md", "AGENTS.md"]) {
    const path = nodePath.join(codexHome, name);
    if (fs.stat(path) === null) continue;
    try {
      const text = Buffer.from(fs.readFile(path)).toString("utf8").trim();
      if (text !== "") return { text, path };
    } catch {
      // An unreadable file counts as missing: instructions are a help, not a requirement.
    }
  }
  return null;
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isObject } from "./json.ts";
import type { Script } from "./script.ts";

/** A script file that cannot be used; the text says which file and why. */
export class ScriptError extends Error {
  readonly code = "script_unusable";
  override readonly name = "ScriptError";
}

/**
 * Reads a script: a `.json` file (a list of replies, or the object form), or a JavaScript or TypeScript module that
 * exports `respond`, `script`, or the parts of the object form by name. TypeScript runs as it stands on a Node that
 * strips types (22.18), elsewhere through esbuild.
 * @throws {ScriptError} the file is missing, does not parse, or exports none of these
 */
export async function loadScript(file: string): Promise<Script> {
  const full = path.resolve(file);
  try {
    const value = full.endsWith(".json") ? JSON.parse(await readFile(full, "utf8")) : await importModule(full);
    return asScript(value);
  } catch (error) {
    throw new ScriptError(`Model script ${full}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function asScript(value: unknown): Script {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) throw new Error("expected a list of replies or an object");
  const { script, default: standard } = value;
  for (const whole of [script, standard]) {
    if (typeof whole === "function" || Array.isArray(whole) || isObject(whole)) return whole as Script;
  }
  const parts = ["respond", "replies", "rules", "otherwise", "models", "handshakes", "routes"];
  if (!parts.some(part => part in value)) {
    throw new Error(`expected a list of replies, or one of ${parts.join(", ")}, or a module that exports \`script\``);
  }
  return value as Script;
}

async function importModule(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (!/\.[cm]?ts$/.test(file) || (error as { code?: unknown }).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
  }
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "silent",
  });
  const code = outputFiles[0]?.text ?? "";
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
}

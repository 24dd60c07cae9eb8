import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The package's folder; this file is one level below it, in `src` and in `dist` alike. */
const home = fileURLToPath(new URL("..", import.meta.url));

/** A folder could not be written. */
export class SchemaOutputError extends Error {
  readonly code = "schema_output";
  /** The folder that was asked for. */
  readonly out: string;

  constructor(message: string, out: string, cause: unknown) {
    super(message, { cause });
    this.name = "SchemaOutputError";
    this.out = out;
  }
}

export interface TreeOptions {
  /** The folder to write to; created with its parents. Files of the same names are overwritten, others are kept. */
  readonly out: string;
  /** Whether experimental methods and fields are shown. Default: false. */
  readonly experimental?: boolean;
}

export interface TypeScriptOptions extends TreeOptions {
  /** A prettier program to format the files with. */
  readonly prettier?: string;
}

async function createFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
  } catch (error) {
    throw new SchemaOutputError(`Failed to create output directory ${out}`, out, error);
  }
}

/** Copies a stored tree; gives the paths of the written files. */
async function writeTree(stored: string, out: string): Promise<readonly string[]> {
  const from = path.join(home, stored);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  await createFolder(out);
  const targets = files.map(file => path.join(out, path.relative(from, file)));
  for (const folder of new Set(targets.map(file => path.dirname(file)))) {
    await createFolder(folder);
  }
  await Promise.all(files.map((file, index) => copyFile(file, targets[index] as string)));
  return targets;
}

/**
 * Writes the JSON Schema tree: one file a type, and two bundles.
 *
 * @throws SchemaOutputError when the folder cannot be created
 */
export async function generateJsonSchema(options: TreeOptions): Promise<void> {
  await writeTree(`json/${options.experimental === true ? "experimental" : "stable"}`, options.out);
}

/**
 * Writes the TypeScript tree: one file a type, and an index a folder.
 *
 * @throws SchemaOutputError when the folder cannot be created
 */
export async function generateTypeScript(options: TypeScriptOptions): Promise<void> {
  const stored = `typescript/${options.experimental === true ? "experimental" : "stable"}`;
  const files = await writeTree(stored, options.out);
  if (options.prettier !== undefined) {
    await run(options.prettier, ["--write", "--log-level", "warn", ...files]);
  }
}

/**
 * Writes `RolloutLine.json`: the schema of one line of a rollout file, with all core events.
 *
 * @throws SchemaOutputError when the folder cannot be created
 */
export async function generateInternalJsonSchema(options: { readonly out: string }): Promise<void> {
  await writeTree("json/internal", options.out);
}

/**
 * Writes the schemas of what lifecycle hooks read and print: `{event}.command.{input,output}.schema.json`.
 *
 * @throws SchemaOutputError when the folder cannot be created
 */
export async function generateHookJsonSchema(options: { readonly out: string }): Promise<void> {
  await writeTree("json/hooks", options.out);
}

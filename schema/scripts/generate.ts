// Writes the trees of this package from the zod sources; with --check, says what differs instead and exits with 1.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { configJsonSchemaText } from "@codex-ts/config/schema";
import { hooksTree } from "../src/generator/hooks-tree.ts";
import { internalJsonTree, jsonTree } from "../src/generator/json-tree.ts";
import { methodsDocument } from "../src/generator/methods-document.ts";
import { typescriptTree } from "../src/generator/typescript-tree.ts";

const home = path.join(import.meta.dirname, "..");

/** Folder -> its files. Everything else in these folders is removed. */
const trees: readonly (readonly [folder: string, files: ReadonlyMap<string, string>])[] = [
  ["json/stable", jsonTree(false)],
  ["json/experimental", jsonTree(true)],
  ["json/internal", internalJsonTree()],
  ["json/hooks", hooksTree()],
  ["json/config", new Map([["config.schema.json", configJsonSchemaText()]])],
  ["typescript/stable", typescriptTree(false)],
  ["typescript/experimental", typescriptTree(true)],
];

/** Single files, by their path from the package's folder. */
const documents: readonly (readonly [file: string, text: string])[] = [["../docs/methods.md", methodsDocument()]];

async function existing(folder: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  return new Set(files.map(file => path.relative(folder, file).split(path.sep).join("/")));
}

async function differences(): Promise<readonly string[]> {
  const found: string[] = [];
  const compare = async (file: string, text: string): Promise<void> => {
    const current = await readFile(file, "utf8").catch(() => null);
    if (current !== text) {
      found.push(`${current === null ? "missing" : "outdated"}: ${path.relative(process.cwd(), file)}`);
    }
  };
  for (const [folder, files] of trees) {
    for (const [name, text] of files) {
      await compare(path.join(home, folder, name), text);
    }
    for (const name of await existing(path.join(home, folder))) {
      if (!files.has(name)) {
        found.push(`stale: ${path.join(folder, name)}`);
      }
    }
  }
  for (const [file, text] of documents) {
    await compare(path.join(home, file), text);
  }
  return found;
}

async function write(): Promise<void> {
  for (const [folder, files] of trees) {
    const target = path.join(home, folder);
    for (const name of await existing(target)) {
      if (!files.has(name)) {
        await rm(path.join(target, name));
      }
    }
    for (const [name, text] of files) {
      const file = path.join(target, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
  for (const [file, text] of documents) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), text);
  }
}

const count = trees.reduce((sum, [, files]) => sum + files.size, documents.length);
if (process.argv.includes("--check")) {
  const found = await differences();
  for (const line of found) {
    process.stdout.write(`${line}\n`);
  }
  process.stdout.write(found.length === 0 ? `${count} generated files are current\n` : "run `pnpm schema`\n");
  process.exitCode = found.length === 0 ? 0 : 1;
} else {
  await write();
  process.stdout.write(`wrote ${count} files\n`);
}

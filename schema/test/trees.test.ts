import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  generateHookJsonSchema,
  generateInternalJsonSchema,
  generateJsonSchema,
  generateTypeScript,
  SchemaOutputError,
} from "../src/index.ts";

const folder = (): Promise<string> => mkdtemp(path.join(os.tmpdir(), "schema-"));

async function count(out: string): Promise<number> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).length;
}

describe("writing a tree", () => {
  it("creates the folder with its parents", async () => {
    const out = path.join(await folder(), "a", "b");
    await generateJsonSchema({ out });
    expect(await count(out)).toBe(227);
  });

  it("keeps files it does not know, and may share a folder with the other tree", async () => {
    const out = await folder();
    await writeFile(path.join(out, "mine.txt"), "mine");
    await generateTypeScript({ out, experimental: true });
    await generateJsonSchema({ out, experimental: true });
    expect(await count(out)).toBe(517 + 256 + 1);
    expect(await readFile(path.join(out, "mine.txt"), "utf8")).toBe("mine");
  });

  it("writes one internal file", async () => {
    const out = await folder();
    await generateInternalJsonSchema({ out });
    expect(await readdir(out)).toEqual(["RolloutLine.json"]);
  });

  it("writes what every hook reads and prints, closed and with sorted keys", async () => {
    const out = await folder();
    await generateHookJsonSchema({ out });
    const files = (await readdir(out)).sort();
    expect(files).toHaveLength(12);
    for (const file of files) {
      expect(file).toMatch(
        /^(pre-tool-use|permission-request|post-tool-use|session-start|user-prompt-submit|stop)\.command\.(input|output)\.schema\.json$/,
      );
      const schema = JSON.parse(await readFile(path.join(out, file), "utf8")) as Record<string, unknown>;
      expect(schema).toMatchObject({
        $schema: "http://json-schema.org/draft-07/schema#",
        additionalProperties: false,
        title: file.replace(".schema.json", ""),
      });
      expect(Object.keys(schema)).toEqual(Object.keys(schema).toSorted());
    }
  });

  it("refuses a folder that is a file", async () => {
    const out = path.join(await folder(), "file");
    await writeFile(out, "");
    await expect(generateJsonSchema({ out })).rejects.toThrow(SchemaOutputError);
    await expect(generateJsonSchema({ out })).rejects.toThrow("Failed to create output directory");
  });
});

import { readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";

const home = path.join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")) as {
  exports: Record<string, { "@codex-ts/source": string }>;
};
const entries = Object.entries(manifest.exports).map(([name, target]) => [name, target["@codex-ts/source"]] as const);

interface Bundle {
  readonly text: string;
  readonly metafile: Metafile;
}

async function bundle(entry: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [path.join(home, entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: "neutral",
    mainFields: ["module"],
    format: "iife",
    globalName: "protocol",
  });
  return { text: outputFiles[0]?.text ?? "", metafile };
}

describe.each(entries)("the entry %s", (_name, entry) => {
  it("reaches no Node built-in, and no package but zod", async () => {
    const { metafile } = await bundle(entry);
    const imports = Object.values(metafile.inputs).flatMap(input => input.imports);
    expect(imports.filter(({ external }) => external === true)).toEqual([]);
    const outside = Object.keys(metafile.inputs).filter(file => !/(?:^|\/)packages\/protocol\/src\/|^src\//.test(file));
    expect(outside.filter(file => !/node_modules\/zod\//.test(file))).toEqual([]);
  });

  it("loads where there is nothing but the language", async () => {
    const { text } = await bundle(entry);
    expect(() => vm.runInNewContext(text)).not.toThrow();
  });
});

import { build } from "esbuild";
import { describe, expect, it } from "vitest";

describe("the root entry", () => {
  it("loads in a browser, and holds the grammar back until it is needed", async () => {
    const result = await build({
      entryPoints: [`${import.meta.dirname}/../src/index.ts`],
      bundle: true,
      write: false,
      splitting: true,
      outdir: "out",
      format: "esm",
      platform: "browser",
      metafile: true,
      logLevel: "silent",
    });
    expect(result.errors).toEqual([]);
    const imports = Object.entries(result.metafile.inputs).flatMap(([file, input]) =>
      input.imports
        .filter(each => each.external === true || each.path.startsWith("node:"))
        .map(each => `${file}: ${each.path}`),
    );
    expect(imports).toEqual([]);
    const [entry] = Object.values(result.metafile.outputs).filter(output =>
      output.entryPoint?.endsWith("src/index.ts"),
    );
    expect(Object.keys(entry?.inputs ?? {}).filter(file => file.includes("web-tree-sitter"))).toEqual([]);
    expect(entry?.bytes).toBeLessThan(80_000);
  });
});

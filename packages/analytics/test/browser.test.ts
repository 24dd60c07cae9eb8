import { build } from "esbuild";
import { describe, expect, it } from "vitest";

describe("the root entry", () => {
  it("bundles for a browser: it uses nothing of Node", async () => {
    const result = await build({
      entryPoints: [`${import.meta.dirname}/../src/index.ts`],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      conditions: ["@codex-ts/source"],
      logLevel: "silent",
      metafile: true,
    });
    expect(result.errors).toEqual([]);
    const imports = Object.values(result.metafile.outputs).flatMap(output => output.imports);
    expect(imports.filter(({ external }) => external)).toEqual([]);
    expect(result.outputFiles[0]?.text).not.toMatch(/\b(?:process|Buffer|require)\b\s*[.(]/);
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import os from "node:os";
import path from "node:path";
import { build } from "tsup";
import { expect, it } from "vitest";

it("keeps the root entry free of Node's modules, so that it runs in a browser", async () => {
  const seen: string[] = [];
  const outDir = mkdtempSync(path.join(os.tmpdir(), "codex-ts-barrel-"));
  await build({
    config: false,
    entry: [path.join(import.meta.dirname, "../src/index.ts")],
    outDir,
    format: ["esm"],
    silent: true,
    platform: "browser",
    esbuildPlugins: [
      {
        name: "record",
        setup(context) {
          context.onResolve({ filter: /.*/ }, args => {
            seen.push(args.path);
            return null;
          });
        },
      },
    ],
  });
  rmSync(outDir, { recursive: true });
  const nodes = seen.filter(name => name.startsWith("node:") || builtinModules.includes(name) || name === "ws");
  expect(nodes).toEqual([]);
});

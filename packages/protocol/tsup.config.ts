import { readdirSync } from "node:fs";
import { mergeChunks } from "@codex-ts-tools/build/merge-chunks";
import { library } from "@codex-ts-tools/build/tsup";

const parts = readdirSync("src/registry").map(file => file.replace(/\.ts$/, ""));

// zod is bundled and shaken, and the result minified: loaded as a dependency it costs 100 ms of every start, most of it
// for files that nobody calls. docs/decisions/0010 has the numbers.
//
// The registry asks for whole modules (`import * as v2`). Bundled, each such object would be made, getter by getter, in
// the chunk that everybody loads; so the modules of the registry are files of their own and it imports them as they are.
export default library(
  [
    "src/index.ts",
    "src/models/index.ts",
    "src/core/index.ts",
    "src/v1/index.ts",
    "src/registry.ts",
    "src/rpc/index.ts",
    "src/os-errors.ts",
    "src/lines/index.ts",
    ...parts.map(part => `src/registry/${part}.ts`),
  ],
  {
    platform: "neutral",
    noExternal: ["zod"],
    treeshake: true,
    minify: true,
    onSuccess: () =>
      mergeChunks("dist", { light: ["rpc/index.js"], leave: ["registry.js", "os-errors.js", "lines/index.js"] }),
    esbuildPlugins: [
      {
        name: "parts of the registry stay files",
        setup(build) {
          build.onResolve({ filter: /^\.\/registry\/[\w-]+\.ts$/ }, ({ path }) => ({
            path: path.replace(/\.ts$/, ".js"),
            external: true,
          }));
        },
      },
    ],
  },
);

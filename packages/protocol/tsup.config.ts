import { library } from "@codex-ts-tools/build/tsup";

// zod is bundled and shaken, and the result minified: loaded as a dependency it costs 100 ms of every start, most of it
// for files that nobody calls. docs/decisions/0010 has the numbers.
export default library(
  [
    "src/index.ts",
    "src/models/index.ts",
    "src/core/index.ts",
    "src/v1/index.ts",
    "src/registry.ts",
    "src/rpc/index.ts",
  ],
  { platform: "neutral", noExternal: ["zod"], treeshake: true, minify: true },
);

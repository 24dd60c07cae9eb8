import { library } from "@codex-ts-tools/build/tsup";

// The helper is a program of its own, started by path: it has to stand beside the library's code under this name.
export default library([], { entry: { index: "src/index.ts", "landlock-helper": "src/linux/landlock-helper.mjs" } });

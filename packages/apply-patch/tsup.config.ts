import { library } from "@codex-ts-tools/build/tsup";

export default library(["src/index.ts", "src/node.ts", "src/tool-grammar.ts"]);

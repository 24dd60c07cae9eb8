import { library } from "@codex-ts-tools/build/tsup";

export default library(["src/index.ts"]);

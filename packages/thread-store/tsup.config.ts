import { library } from "@codex-ts-tools/build/tsup";

export default library({ index: "src/index.ts", "postgres/index": "src/postgres/index.ts" });

import { library } from "@codex-ts-tools/build/tsup";

export default library([
  "src/index.ts",
  "src/models/index.ts",
  "src/core/index.ts",
  "src/v1/index.ts",
  "src/registry.ts",
]);

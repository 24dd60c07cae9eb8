import { library } from "@codex-ts-tools/build/tsup";

export default library(["src/index.ts", "src/login/index.ts"], { external: ["@napi-rs/keyring"] });

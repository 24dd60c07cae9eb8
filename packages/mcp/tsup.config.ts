import { library } from "@codex-ts-tools/build/tsup";

// The keyring carries a binary for each platform: it is resolved where it runs.
export default library(["src/index.ts"], { external: ["@napi-rs/keyring"] });

import { readFileSync } from "node:fs";
import { library } from "@codex-ts-tools/build/tsup";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

// One program made of the workspace's libraries: their sources are bundled, packages that carry binaries or wasm stay
// outside. Commands are chunks that are loaded when they run.
export default library(
  // The sandbox's helpers are programs of their own: Node starts them by their paths, beside the bundle.
  {
    "codex-ts": "src/codex-ts.ts",
    "landlock-helper": "../sandbox/src/linux/landlock-helper.mjs",
    "proxy-bridge": "../sandbox/src/linux/proxy-bridge.mjs",
    "escalation-receiver": "../sandbox/src/escalation/escalation-receiver.mjs",
    "execve-wrapper": "../sandbox/src/escalation/execve-wrapper.mjs",
  },
  {
    external: [
      "koffi",
      "libsql",
      "@lydell/node-pty",
      "@napi-rs/keyring",
      "@silvia-odwyer/photon-node",
      "web-tree-sitter",
      "tree-sitter-bash",
    ],
    define: { __CODEX_TS_VERSION__: JSON.stringify(version) },
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      // Bundled CommonJS dependencies call `require` for Node's own modules.
      js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
    esbuildOptions(options) {
      options.conditions = ["@codex-ts/source", "node", "import", "module"];
      options.legalComments = "none";
    },
  },
);

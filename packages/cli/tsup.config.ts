import { readFileSync } from "node:fs";
import type { Options } from "tsup";
import { library } from "@codex-ts-tools/build/tsup";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

const shared: Options = {
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
};

const conditions = ["@codex-ts/source", "node", "import", "module"];

// One program made of the workspace's libraries: their sources are bundled, packages that carry binaries or wasm stay
// outside. Commands are chunks that are loaded when they run.
const program: Options = {
  ...shared,
  banner: {
    // Bundled CommonJS dependencies call `require` for Node's own modules.
    js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
  },
  esbuildOptions(options) {
    options.conditions = conditions;
    options.legalComments = "none";
  },
};

// `sandbox` once more, as one CommonJS file that loads faster than modules in chunks do. What it rarely needs it takes
// from the chunks.
const quickSandbox: Options = {
  ...shared,
  format: ["cjs"],
  splitting: false,
  clean: false,
  minifyIdentifiers: true,
  noExternal: [/^@codex-ts\//, "smol-toml"],
  esbuildPlugins: [
    {
      name: "proxy-from-the-chunks",
      setup(build) {
        build.onResolve({ filter: /^@codex-ts\/network-proxy$/ }, () => ({
          path: "./network-proxy.js",
          external: true,
        }));
      },
    },
  ],
  esbuildOptions(options) {
    options.conditions = conditions;
    options.legalComments = "none";
    options.define = { ...options.define, "import.meta.url": "__url" };
    options.banner = { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' };
  },
};

export default [
  library(
    // The sandbox's helpers are programs of their own: Node starts them by their paths, beside the bundle.
    {
      "codex-ts": "src/codex-ts.ts",
      "landlock-helper": "../sandbox/src/linux/landlock-helper.mjs",
      "proxy-bridge": "../sandbox/src/linux/proxy-bridge.mjs",
      "escalation-receiver": "../sandbox/src/escalation/escalation-receiver.mjs",
      "execve-wrapper": "../sandbox/src/escalation/execve-wrapper.mjs",
      "network-proxy": "../network-proxy/src/index.ts",
    },
    program,
  ),
  library({ "quick-sandbox": "src/quick-sandbox.ts" }, quickSandbox),
];

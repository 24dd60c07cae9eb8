import { readFileSync, writeFileSync } from "node:fs";
import nodePath from "node:path";
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
    "chardetng-wasm",
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
  outExtension: () => ({ js: ".mjs" }),
  clean: ["!*.js", "!package.json"],
  banner: {
    // Bundled CommonJS dependencies call `require` for Node's own modules.
    js: 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
  },
  esbuildOptions(options) {
    options.conditions = conditions;
    options.legalComments = "none";
  },
};

// What is started for every command: the entry, and `sandbox` once more as one file. CommonJS loads faster than modules in
// chunks do; what these two rarely need they take from the chunks.
const elsewhere: Readonly<Record<string, string>> = {
  "./program.ts": "./program.mjs",
  "./quick-sandbox.js": "./quick-sandbox.js",
  "@codex-ts/network-proxy": "./network-proxy.mjs",
};
const entry: Options = {
  ...shared,
  format: ["cjs"],
  outExtension: () => ({ js: ".js" }),
  splitting: false,
  clean: false,
  minifyIdentifiers: true,
  noExternal: [/^@codex-ts\//, "smol-toml"],
  esbuildPlugins: [
    {
      name: "files-beside",
      setup(build) {
        const ours = nodePath.resolve("src");
        build.onResolve({ filter: /^(?:\.\/|@codex-ts\/)/ }, ({ path, resolveDir }) => {
          const file = path.startsWith(".") && resolveDir !== ours ? undefined : elsewhere[path];
          return file === undefined ? undefined : { path: file, external: true };
        });
      },
    },
  ],
  esbuildOptions(options) {
    options.conditions = conditions;
    options.legalComments = "none";
    options.define = { ...options.define, "import.meta.url": "__url" };
    options.banner = { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' };
  },
  // The folder's `.js` files are CommonJS; the program's modules say what they are by their names.
  onSuccess: async () => writeFileSync("dist/package.json", '{ "type": "commonjs" }\n'),
};

export default [
  library(
    // The sandbox's helpers are programs of their own: Node starts them by their paths, beside the bundle.
    {
      program: "src/program.ts",
      "landlock-helper": "../sandbox/src/linux/landlock-helper.mjs",
      "proxy-bridge": "../sandbox/src/linux/proxy-bridge.mjs",
      "escalation-receiver": "../sandbox/src/escalation/escalation-receiver.mjs",
      "execve-wrapper": "../sandbox/src/escalation/execve-wrapper.mjs",
      "network-proxy": "../network-proxy/src/index.ts",
    },
    program,
  ),
  library({ "codex-ts": "src/codex-ts.ts", "quick-sandbox": "src/quick-sandbox.ts" }, entry),
];

import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  // Workspace packages are read from their sources: nothing has to be built first.
  resolve: { conditions: ["@codex-ts/source", ...defaultClientConditions] },
  build: { target: "es2022", reportCompressedSize: false },
});

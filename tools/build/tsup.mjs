import { defineConfig } from "tsup";

/**
 * The build of a library package: ES modules, one file an entry, shared code in chunks. Declarations come from `tsc`
 * (tsconfig.build.json), which is several times faster than a bundler of declarations.
 * @param {string[] | Record<string, string>} entry entry files, one for each subpath of the package's `exports`
 * @param {import("tsup").Options} [more] options that differ from the house's
 */
export function library(entry, more = {}) {
  return defineConfig({
    entry,
    format: ["esm"],
    target: "node20",
    platform: "node",
    clean: ["dist/**/*.js", "dist/**/*.map"],
    dts: false,
    sourcemap: false,
    splitting: true,
    treeshake: false,
    ...more,
  });
}

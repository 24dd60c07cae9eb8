import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { defineConfig, mergeConfig } from "vitest/config";
import { SecondTries } from "./second-tries.mjs";

/**
 * The test set-up of a package: workspace packages are read from their sources (the `@codex-ts/source` export
 * condition), and a package can import itself by its own name, as its README does.
 * @param {string} dir the package's folder (import.meta.dirname)
 * @param {import("vitest/config").ViteUserConfig} [more]
 */
export function testsOf(dir, more = {}) {
  const manifest = JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8"));
  const alias = Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === "object" && target["@codex-ts/source"])
    .map(([subpath, target]) => ({
      find: new RegExp(`^${path.posix.join(manifest.name, subpath).replaceAll("/", "\\/")}$`),
      replacement: path.join(dir, target["@codex-ts/source"]),
    }));
  // Not "module": what is found is loaded by Node, which cannot load builds for bundlers. Nor "import": the workers get these
  // conditions, too, and a CommonJS package would get an ES module from its `require`. Imports have that condition anyway.
  const conditions = ["@codex-ts/source", "node"];
  return mergeConfig(
    defineConfig({
      root: dir,
      resolve: { alias, conditions },
      ssr: { resolve: { conditions, externalConditions: conditions } },
      test: {
        include: ["test/**/*.test.ts"],
        environment: "node",
        pool: "forks",
        maxWorkers: 2,
        testTimeout: 120_000,
        hookTimeout: 120_000,
        // On a machine that does other work as well, a test of real processes may miss its time once. The second try is
        // reported by name, so that it is mended rather than forgotten.
        retry: process.env.CI ? 1 : 0,
        reporters: ["default", new SecondTries()],
        passWithNoTests: false,
      },
    }),
    more,
  );
}

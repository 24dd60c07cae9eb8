import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { defineConfig, mergeConfig } from "vitest/config";
import { SecondTries } from "./second-tries.mjs";

/**
 * The test set-up of a package: workspace packages are read from their sources (the `@codex-ts/source` export
 * condition), and a package can import itself by its own name, as its README does.
 *
 * The files of tests share processes, and with them what their modules remember: most of a file's time was reading the same
 * modules once more. A file that changes its process for good is named in `apart` and gets one of its own.
 * @param {string} dir the package's folder (import.meta.dirname)
 * @param {import("vitest/config").ViteUserConfig & { apart?: string[] }} [more]
 */
export function testsOf(dir, { apart = [], ...more } = {}) {
  const manifest = JSON.parse(readFileSync(path.join(dir, "package.json"), "utf8"));
  const alias = Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === "object" && target["@codex-ts/source"])
    .map(([subpath, target]) => ({
      find: new RegExp(`^${path.posix.join(manifest.name, subpath).replaceAll("/", "\\/")}$`),
      replacement: path.join(dir, target["@codex-ts/source"]),
    }));
  const include = ["test/**/*.test.ts"];
  // Not "module": what is found is loaded by Node, which cannot load builds for bundlers. Nor "import": the workers get these
  // conditions, too, and a CommonJS package would get an ES module from its `require`. Imports have that condition anyway.
  const conditions = ["@codex-ts/source", "node"];
  return mergeConfig(
    defineConfig({
      root: dir,
      resolve: { alias, conditions },
      ssr: { resolve: { conditions, externalConditions: conditions } },
      test: {
        ...(apart.length === 0
          ? { include, isolate: false }
          : {
              projects: [
                { extends: true, test: { name: "together", include, exclude: apart, isolate: false } },
                { extends: true, test: { name: "apart", include: apart } },
              ],
            }),
        setupFiles: [path.join(import.meta.dirname, "test-setup.mjs")],
        environment: "node",
        pool: "forks",
        maxWorkers: 2,
        testTimeout: 120_000,
        hookTimeout: 120_000,
        // What comes late on a machine that does other work as well is no failure.
        expect: { poll: { timeout: 60_000 } },
        // On a machine that does other work as well, a test of real processes may miss its time once. The second try is
        // reported by name, so that it is mended rather than forgotten.
        retry: process.env.CI ? 1 : 0,
        reporters: ["default", new SecondTries()],
        env: homeOfItsOwn(),
        passWithNoTests: false,
      },
    }),
    more,
  );
}

/**
 * Tests start login shells and kill some of them, so none may run the start-up files of whoever runs the tests: they
 * can take seconds, and what is killed there leaves its locks behind. Caches stay where they are.
 */
function homeOfItsOwn() {
  const { XDG_CACHE_HOME, npm_config_cache, npm_config_userconfig } = process.env;
  const real = os.homedir();
  return {
    HOME: emptyHome(),
    XDG_CACHE_HOME: XDG_CACHE_HOME ?? path.join(real, ".cache"),
    npm_config_cache: npm_config_cache ?? path.join(real, ".npm"),
    npm_config_userconfig: npm_config_userconfig ?? path.join(real, ".npmrc"),
  };
}

let made;
/** One a process, however many configurations it reads. */
function emptyHome() {
  if (made === undefined) {
    made = mkdtempSync(path.join(os.tmpdir(), "codex-ts-home-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  return made;
}

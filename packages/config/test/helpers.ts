import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "tsup";
import { afterTest } from "@codex-ts-tools/build/cleanups";
import {
  type ConfigError,
  loadConfig,
  type LoadConfigOptions,
  type LoadedConfig,
  parseCliOverrides,
} from "@codex-ts/config";

/** A fresh folder, removed after the test. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-config-")));
  afterTest(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files given by relative path, creating folders; a name that ends in `/` is a folder. */
export function put(root: string, files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    if (name.endsWith("/")) {
      mkdirSync(file, { recursive: true });
    } else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
}

export interface World {
  home: string;
  work: string;
  system: string;
  load(more?: Partial<LoadConfigOptions> & { c?: string[] }): Promise<LoadedConfig>;
}

/**
 * A machine of its own: `home/` is CODEX_HOME, `work/` the working folder, `etc/` stands for /etc/codex.
 * File names start with one of the three.
 */
export function world(files: Record<string, string | Uint8Array> = {}): World {
  const root = scratch();
  const home = path.join(root, "home");
  const work = path.join(root, "work");
  const system = path.join(root, "etc");
  put(root, { "home/": "", "work/": "", "etc/": "", ...files });
  return {
    home,
    work,
    system,
    load: ({ c, ...more } = {}) =>
      loadConfig({
        codexHome: home,
        cwd: work,
        env: { HOME: path.join(root, "user") },
        platform: "linux",
        hostname: "host.example",
        systemPaths: {
          config: path.join(system, "config.toml"),
          requirements: path.join(system, "requirements.toml"),
          managed: path.join(system, "managed_config.toml"),
        },
        ...(c === undefined ? {} : { cliOverrides: parseCliOverrides(c) }),
        ...more,
      }),
  };
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<ConfigError> {
  try {
    await promise;
  } catch (error) {
    return error as ConfigError;
  }
  throw new Error("expected a failure");
}

/** Builds a program of one file that imports this package from its sources, for tests in processes of their own. */
export async function program(source: string): Promise<string> {
  const folder = scratch();
  put(folder, { "program.ts": source });
  await build({
    entry: { program: path.join(folder, "program.ts") },
    outDir: folder,
    format: ["esm"],
    outExtension: () => ({ js: ".mjs" }),
    noExternal: [/.*/],
    platform: "node",
    target: "node20",
    config: false,
    silent: true,
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    esbuildOptions: options => {
      options.conditions = ["@codex-ts/source", "node", "import"];
      options.alias = { "@codex-ts/config": path.join(import.meta.dirname, "../src/index.ts") };
    },
  });
  return path.join(folder, "program.mjs");
}

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

interface Bundler {
  build(options: Record<string, unknown>): Promise<unknown>;
}

/**
 * Bundles a program that uses this package, as the command-line program is bundled: the code in one file, the Landlock
 * helper beside it. Lets a test start it with plain Node.
 */
export async function bundleProgram(name: string, source: string): Promise<{ file: string; remove(): void }> {
  const root = path.join(import.meta.dirname, "../..");
  const folder = path.join(root, "test/.bundle", name);
  mkdirSync(folder, { recursive: true });
  const entry = path.join(folder, "program.ts");
  writeFileSync(entry, source);
  const require = createRequire(import.meta.url);
  const esbuild: Bundler = createRequire(require.resolve("tsup"))("esbuild");
  const shared = {
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@codex-ts/source"],
    external: ["koffi", "@lydell/node-pty"],
  };
  await esbuild.build({ ...shared, entryPoints: [entry], outfile: path.join(folder, "program.mjs") });
  await esbuild.build({
    ...shared,
    entryPoints: [path.join(root, "src/linux/landlock-helper.mjs")],
    outfile: path.join(folder, "landlock-helper.mjs"),
  });
  return { file: path.join(folder, "program.mjs"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

// Puts a package's tests and its changed sources into one script, which can be run again and again in one process.
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

/**
 * @param {{ folder: string, tests: readonly string[], sources: Map<string, string>, outfile: string }} input
 */
export async function bundle({ folder, tests, sources, outfile }) {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const own = { name: "own", setup: plugin => ownSources(plugin, folder, manifest, sources) };
  await build({
    stdin: {
      contents: tests.map(test => `require(${JSON.stringify(path.join(folder, test))});`).join("\n"),
      resolveDir: folder,
      loader: "js",
    },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    outfile,
    logLevel: "error",
    plugins: [own],
  });
}

function ownSources(plugin, folder, manifest, sources) {
  plugin.onResolve({ filter: /^[^./]/ }, ({ path: name }) => {
    if (name === manifest.name || name.startsWith(`${manifest.name}/`)) {
      const target = manifest.exports[`.${name.slice(manifest.name.length)}`];
      return { path: path.join(folder, target["@codex-ts/source"]) };
    }
    return { path: name, external: true };
  });
  plugin.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
    const text = sources.get(file) ?? readFileSync(file, "utf8");
    const here = text
      .replaceAll("import.meta.dirname", JSON.stringify(path.dirname(file)))
      .replaceAll("import.meta.url", JSON.stringify(`file://${file}`));
    return { contents: here, loader: "ts" };
  });
}

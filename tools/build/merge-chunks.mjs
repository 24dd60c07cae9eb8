import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { transform } from "esbuild";
import { rollup } from "rollup";

/**
 * Puts the shared code of a built package into its main entry. A bundler makes one chunk for each set of entries that
 * share something, and a start pays for every file and for every name that is passed on from one file to the next.
 * Afterwards the main entry is one file, and what it does not need another; it exports a few names more, which the other entries use and no declaration has.
 *
 * @param {string} dist the built folder: entries, and chunks named `chunk-*.js`
 * @param {{ main?: string, light?: string[], leave?: string[] }} [options] `light`: entries (paths inside `dist`) whose
 * code stays apart from the main one, because they are loaded without it; `leave`: entries that are not touched, which
 * import no chunk
 */
export async function mergeChunks(dist, { main = "index.js", light = [], leave = [] } = {}) {
  const files = readdirSync(dist, { recursive: true }).filter(file => file.endsWith(".js"));
  const chunks = files.filter(file => path.basename(file).startsWith("chunk-"));
  const entries = files.filter(file => !chunks.includes(file) && !leave.includes(file));
  const idOf = file => path.resolve(dist, file);
  const nameOf = file => file.replace(/\.js$/, "");

  const bundle = await rollup({
    input: Object.fromEntries(entries.map(file => [nameOf(file), idOf(file)])),
    treeshake: { moduleSideEffects: false },
    preserveEntrySignatures: "allow-extension",
  });
  const lightIds = new Set(light.map(idOf));
  const mainIds = new Set([idOf(main)]);
  /** Whether one of the entries loads a module, directly or through others. */
  const isLoadedBy = (ids, id, getModuleInfo) =>
    ids.has(id) || (getModuleInfo(id)?.importers ?? []).some(importer => isLoadedBy(ids, importer, getModuleInfo));
  const { output } = await bundle.write({
    dir: dist,
    format: "es",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    manualChunks: (id, { getModuleInfo }) => {
      if (id === idOf(main)) return nameOf(main);
      if (!path.basename(id).startsWith("chunk-")) return undefined;
      if (isLoadedBy(lightIds, id, getModuleInfo)) return "light";
      return isLoadedBy(mainIds, id, getModuleInfo) ? nameOf(main) : "more";
    },
    plugins: [
      {
        name: "minify",
        renderChunk: async code => (await transform(code, { minify: true, format: "esm", target: "node20" })).code,
      },
    ],
  });
  await bundle.close();
  const written = new Set(output.map(chunk => path.normalize(chunk.fileName)));
  for (const chunk of chunks) if (!written.has(chunk)) rmSync(idOf(chunk));
}

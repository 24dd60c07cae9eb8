import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { resolveCodexHome } from "@codex-ts/config";
import { BUNDLED_MODELS, type ModelInfo, parseModels } from "@codex-ts/model-provider";
import { loadCommandConfig } from "../config.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../options.ts";

/** `codex-ts debug models [--bundled]`: the catalogue of models, as one line of JSON. */
export async function debugModelsCommand(
  options: { bundled?: boolean },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const models = options.bundled ? BUNDLED_MODELS : await configuredModels(levels, io);
  write(io.stdout, `${JSON.stringify({ models })}\n`);
  return 0;
}

/** The list of `model_catalog_json`, or the bundled one. Nobody is asked over the network. */
async function configuredModels(levels: GlobalOptions[], io: CommandIo): Promise<readonly ModelInfo[]> {
  const { config } = await loadCommandConfig({ cwd: io.cwd, levels }, io);
  return config.modelCatalog === null
    ? BUNDLED_MODELS
    : parseModels({ models: config.modelCatalog }, "model_catalog_json");
}

const MEMORY_FOLDERS = ["memories", "memories_extensions"];

/** `codex-ts debug clear-memories`: forgets what earlier sessions left for later ones. */
export async function debugClearMemoriesCommand(io: CommandIo): Promise<number> {
  const home = resolveCodexHome(io.env);
  for (const name of MEMORY_FOLDERS) {
    const folder = path.join(home, name);
    // The folder itself may be a link, or have been given its rights by somebody: only what is in it goes.
    for (const entry of await readdir(folder).catch(() => []))
      await rm(path.join(folder, entry), { recursive: true, force: true });
  }
  write(io.stdout, `Cleared memory directories under ${home}.\n`);
  return 0;
}

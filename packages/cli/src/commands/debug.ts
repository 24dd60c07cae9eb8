import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { resolveCodexHome } from "@codex-ts/config";
import { BUNDLED_MODELS, type ModelInfo, parseModels } from "@codex-ts/model-provider";
import { loadCommandConfig } from "../config.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import { compatibleVersion } from "../version.ts";
import type { ExecOptions } from "./exec.ts";
import { mergeLevels, typedOverrides, workingFolder } from "./thread-flags.ts";

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

/** `codex-ts debug prompt-input [PROMPT] [-i FILE]`: what the model would be sent before it answers, as JSON. No model is asked. */
export async function debugPromptInputCommand(
  prompt: string | undefined,
  levels: ExecOptions[],
  io: CommandIo,
): Promise<number> {
  const options = mergeLevels(levels);
  const cwd = workingFolder(options.cd, io.cwd);
  const typed = typedOverrides(options, cwd);
  const loaded = await loadCommandConfig({ cwd, levels, profile: options.profile, typed }, io);
  const { createRuntime } = await import("@codex-ts/core");
  const { codexHome } = loaded.config;
  const runtime = createRuntime({ codexHome, env: io.env, version: compatibleVersion, originator: "codex_exec" });
  try {
    // Servers of tools say nothing in the input: they are not started for it.
    const config = { ...loaded.config, mcpServers: {} };
    const { thread } = await runtime.startThread({ config, requirements: loaded.requirements, ephemeral: true });
    const input = await thread.previewInput([
      ...(options.image ?? []).map(file => ({ type: "localImage" as const, path: path.resolve(io.cwd, file) })),
      ...(prompt === undefined
        ? []
        : [{ type: "text" as const, text: prompt.replace(/\r\n?/g, "\n"), text_elements: [] }]),
    ]);
    write(io.stdout, `${JSON.stringify(input, null, 2)}\n`);
    return 0;
  } finally {
    await runtime.shutdown();
  }
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
  const database = path.join(io.env["CODEX_SQLITE_HOME"] || home, "state_5.sqlite");
  const none = existsSync(database) ? "" : `No state db found at ${database}. `;
  write(io.stdout, `${none}Cleared memory directories under ${home}.\n`);
  return 0;
}

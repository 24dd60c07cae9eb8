import { formatExplanation } from "@codex-ts/config";
import { loadCommandConfig } from "../config.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";

/**
 * `config explain KEY`: the value in force, the layer, file and line that set it, what it overrides, and which
 * requirement constrains it.
 * @returns 1 when nothing reads the key
 */
export async function configExplainCommand(
  key: string,
  options: { json?: boolean },
  levels: readonly (GlobalOptions & SharedOptions)[],
  io: CommandIo,
): Promise<number> {
  const profile = levels.findLast(level => level.profile !== undefined)?.profile;
  const loaded = await loadCommandConfig({ cwd: io.cwd, levels, profile }, io);
  const explanation = loaded.explain(key);
  write(io.stdout, options.json ? `${JSON.stringify(explanation, null, 2)}\n` : formatExplanation(explanation));
  return explanation.known ? 0 : 1;
}

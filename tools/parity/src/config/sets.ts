import { configJsonSchema } from "@codex-ts/config/schema";
import type { Difference } from "../drive/differences.ts";
import { Random } from "../random.ts";
import type { Run } from "./command.ts";
import { layerSet } from "./layers.ts";
import { Pair } from "./pair.ts";
import type { Schema } from "./samples.ts";

/** Flags of the processes; each serves its share of the sets. */
const FLAGS: readonly (readonly string[])[] = [
  [],
  ["-c", "model=from-flags", "-c", "features.apps=false"],
  ["-c", "sandbox_workspace_write={network_access=true}", "-c", "sandbox_workspace_write.exclude_slash_tmp=true"],
  ["--enable", "undo", "--disable", "shell_tool", "-c", "log_dir=./x"],
  ["-c", "instructions='it'", "-c", 'compact_prompt="unterminated', "-c", " review_model = x y "],
  ["-c", "memories.disable_on_external_context=false", "-c", "use_legacy_landlock=true"],
];

/** What both say of the files and flags there are: settings with and without a folder, and what is required. */
export async function askAll(pair: Pair, work: string): Promise<Difference[]> {
  return [
    ...(await pair.ask("config/read", { includeLayers: true, cwd: `${work}/sub` }, 0)),
    ...(await pair.ask("config/read", { includeLayers: true }, 1)),
    ...(await pair.ask("configRequirements/read", undefined, 2)),
  ];
}

/** Generated layer sets. */
export async function compareSets({ stage, verdicts, seed, count, wanted }: Run): Promise<void> {
  for (const [part, flags] of FLAGS.entries()) {
    const cases = Array.from({ length: count }, (_, n) => n).filter(n => n % FLAGS.length === part && wanted(n));
    if (cases.length === 0) continue;
    const pair = await Pair.start(stage, flags);
    try {
      for (const n of cases) {
        const set = layerSet(configJsonSchema() as unknown as Schema, new Random(seed * 100_003 + n), stage.work);
        stage.dress(set);
        const found = await askAll(pair, stage.work);
        verdicts.add(`case ${n} (${set.description}) ${flags.join(" ")}`, found, set.files);
      }
    } finally {
      await pair.close();
    }
  }
}

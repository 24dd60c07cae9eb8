import { ConfigEdits } from "@codex-ts/config";

/** One of several editors of the same file: `editor-process HOME NAME COUNT`. */
const [home = "", name = "", count = "0"] = process.argv.slice(2);
for (let at = 0; at < Number(count); at++) {
  await new ConfigEdits(home)
    .set(["edits", name, `k${at}`], at)
    .set(["last"], `${name}${at}`)
    .apply({ timeoutMs: 60_000 });
}

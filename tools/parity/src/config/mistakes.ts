import { Random } from "../random.ts";
import type { Run } from "./command.ts";
import { Pair } from "./pair.ts";

const PIECES = [
  "a = 1",
  "b = 'x'",
  'c = "x\\n"',
  "[t]",
  "[t.u]",
  "[[l]]",
  "d.e = true",
  "f = [1, 2]",
  "g = { h = 1, i = 'j' }",
  "# comment",
  'k = """\nlong\n"""',
  "m = 1979-05-27",
  "n = 1.5",
  "o = 0x1F",
  "",
  "p = '''x'''",
  "q = [\n  'a',\n  'b',\n]",
  '"r s" = 1',
]; // prettier-ignore
const BITS = [
  ..."\"'[]{}=,.#\n\\ _-+:0x1eé",
  "'''",
  '"""',
  "true",
  "[[",
  "]]",
  "\r",
  "\t",
  "\u0001",
  "..",
  "==",
  "nan",
  "07:32",
  "u12",
];

/** A text of right lines with one to three characters too many, too few or changed. */
function broken(random: Random): string {
  let text = random.list(1, 6, () => random.pick(PIECES)).join("\n");
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(text.length + 1);
    const bit = random.chance(0.3) ? "" : random.pick(BITS);
    text = text.slice(0, at) + bit + text.slice(random.chance(0.5) ? at : at + 1);
  }
  return text;
}

/** Generated TOML texts with mistakes of form: the sentence and the place that clients are told. */
export async function compareMistakes({ stage, verdicts, seed, count, wanted }: Run): Promise<void> {
  const pair = await Pair.start(stage, []);
  try {
    for (let n = 0; n < count; n++) {
      if (!wanted(n)) continue;
      const files = { "home/config.toml": broken(new Random(seed * 100_003 + n)) };
      stage.dress({ files, description: "" });
      verdicts.add(`case ${n} ${JSON.stringify(files["home/config.toml"])}`, await pair.ask("config/read", {}), files);
    }
  } finally {
    await pair.close();
  }
}

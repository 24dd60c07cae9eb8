import process from "node:process";
import { configJsonSchema } from "@codex-ts/config/schema";
import { type Difference, differences } from "../drive/differences.ts";
import { subjects } from "../drive/subject.ts";
import type { Message, Wire } from "../drive/wire.ts";
import { Random } from "../random.ts";
import { explained } from "./allowed.ts";
import { type LayerSet, layerSet } from "./layers.ts";
import type { Schema } from "./samples.ts";
import { hasNamespaces, Stage } from "./stage.ts";

/** Flags of the processes; each serves its share of the sets. */
const FLAGS: readonly (readonly string[])[] = [
  [],
  ["-c", "model=from-flags", "-c", "features.apps=false"],
  ["-c", "sandbox_workspace_write={network_access=true}", "-c", "sandbox_workspace_write.exclude_slash_tmp=true"],
  ["--enable", "undo", "--disable", "shell_tool", "-c", "log_dir=./x"],
  ["-c", "instructions='it'", "-c", 'compact_prompt="unterminated', "-c", " review_model = x y "],
  ["-c", "memories.disable_on_external_context=false", "-c", "use_legacy_landlock=true"],
];

/** What is asked about each set. */
const QUESTIONS: readonly (readonly [method: string, params: (work: string) => unknown])[] = [
  ["config/read", work => ({ includeLayers: true, cwd: `${work}/sub` })],
  ["config/read", () => ({ includeLayers: true })],
  ["configRequirements/read", () => undefined],
];

/**
 * `pnpm parity config [--seed N] [--count N] [--case N] [--show]`: generated layer sets, loaded by both app-servers, whose
 * answers to `config/read` (with and without a folder) and `configRequirements/read` are compared.
 */
export async function compareConfigs(args: readonly string[]): Promise<boolean> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  if (!hasNamespaces()) throw new Error("bubblewrap does not work here; it is needed to put files into /etc/codex");
  const [seed, count, only] = [option("--seed", 1), option("--count", 300), option("--case", -1)];
  const stage = new Stage();
  const tally = { equal: 0, allowed: 0, failed: 0 };
  const reasons = new Map<string, number>();
  try {
    for (const [part, flags] of FLAGS.entries()) {
      const cases = Array.from({ length: count }, (_, n) => n).filter(
        n => n % FLAGS.length === part && (only < 0 || n === only),
      );
      if (cases.length === 0) continue;
      const wires = (await subjects(process.env)).map(subject => stage.start(subject, flags));
      try {
        await Promise.all(wires.map(greet));
        for (const n of cases) {
          const set = layerSet(configJsonSchema() as unknown as Schema, new Random(seed * 100_003 + n), stage.work);
          await compareOne(n, set, { stage, wires, flags, tally, reasons, show: args.includes("--show") });
        }
      } finally {
        await Promise.all(wires.map(wire => wire.close()));
      }
    }
  } finally {
    if (!args.includes("--keep")) stage.remove();
  }
  for (const [reason, times] of reasons) process.stdout.write(`allowed ${times} x: ${reason}\n`);
  process.stdout.write(
    `${tally.equal} equal, ${tally.allowed} differ on purpose, ${tally.failed} differ, of ${count} layer sets\n`,
  );
  return tally.failed === 0;
}

async function greet(wire: Wire): Promise<void> {
  await wire.call("initialize", {
    clientInfo: { name: "parity", title: null, version: "1" },
    capabilities: { experimentalApi: true },
  });
  wire.write({ method: "initialized" });
}

interface Run {
  stage: Stage;
  wires: readonly Wire[];
  flags: readonly string[];
  tally: { equal: number; allowed: number; failed: number };
  reasons: Map<string, number>;
  show: boolean;
}

async function compareOne(n: number, set: LayerSet, run: Run): Promise<void> {
  const { stage, wires, tally } = run;
  stage.dress(set);
  const found: Difference[] = [];
  for (const [at, [method, params]] of QUESTIONS.entries()) {
    const [ours, reference] = await Promise.all(wires.map(wire => wire.call(method, params(stage.work))));
    const stumbled = stumbles(reference!);
    if (stumbled !== null && ours!.result !== undefined) {
      found.push({ path: `${method}#${at}.error.message`, ours: null, reference: stumbled });
    } else {
      found.push(...differences(answerOf(ours!), answerOf(reference!), `${method}#${at}`));
    }
  }
  const open = found.filter(difference => {
    const reason = explained(difference);
    if (reason !== null) run.reasons.set(reason, (run.reasons.get(reason) ?? 0) + 1);
    return reason === null;
  });
  if (found.length === 0) tally.equal++;
  else if (open.length === 0) tally.allowed++;
  else tally.failed++;
  if (open.length === 0 && !run.show) return;
  process.stdout.write(
    `${open.length === 0 ? "ok  " : "FAIL"} case ${n} (${set.description}) ${run.flags.join(" ")}\n`,
  );
  for (const { path, ours, reference } of open.slice(0, 8)) {
    process.stdout.write(`     ${path}\n       ours       ${short(ours)}\n       reference  ${short(reference)}\n`);
  }
  if (run.show) for (const [place, text] of Object.entries(set.files)) process.stdout.write(`--- ${place}\n${text}`);
}

/** What the reference says of relative paths in a file with a mistake, also where another layer hides the mistake. */
function stumbles({ error }: Message): string | null {
  const message = error?.["message"];
  return typeof message === "string" && message.includes("deserialized without a base path") ? message : null;
}

/** The part of an answer that is compared. */
function answerOf({ result, error }: Message): unknown {
  return result ?? { error: { code: error?.["code"], message: error?.["message"] } };
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "(missing)";
  return text.length <= 600 ? text : `${text.slice(0, 600)}…`;
}

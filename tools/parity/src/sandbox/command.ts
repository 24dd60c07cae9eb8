import { spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Random } from "../random.ts";
import { findReference, nativeProgram } from "../reference.ts";
import { allowedReason, type Difference } from "./allowed.ts";
import { configText, type SandboxCase, sandboxCase } from "./cases.ts";
import { elsewhere, probeScript } from "./probe.ts";
import { makeTree, type Places, placesIn, snapshot } from "./tree.ts";

const ours = path.resolve(import.meta.dirname, "../../../../packages/cli/dist/codex-ts.js");
const TIME_LIMIT_MS = 120_000;

/** What a program did with a case: what its probe said, what the host looked like afterwards. */
interface Outcome {
  exitCode: number | null;
  lines: string[];
  stderr: string;
}

/**
 * `pnpm parity sandbox [--cases N] [--seed N] [--only N] [--verbose]`: both programs run the same probe under the same
 * generated policies, one after the other in the same folders. What could be written, read and reached has to be the
 * same, but for the deviations `allowed.ts` lists with their reasons.
 */
export async function sandboxParity(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      verbose: { type: "boolean", default: false },
    },
  });
  const installed = await findReference(process.env);
  const program = await nativeProgram(installed);
  const parent = mkdtempSync(path.join(installed.cache, "sandbox-parity-"));
  const places = placesIn(path.join(parent, "case"));
  const listener = await listen();
  // A process that commands inside must neither see nor signal.
  const bystander = spawn("sleep", ["86400"], { stdio: "ignore" });
  const random = new Random(Number(values.seed));
  const count = Number(values.cases);
  const tally = { equal: 0, ran: 0, differing: 0 };
  const reasons = new Map<string, number>();
  try {
    for (let number = 0; number < count; number += 1) {
      const generated = sandboxCase(random);
      if (values.only !== undefined && Number(values.only) !== number) continue;
      const shared = {
        generated,
        places,
        needed: path.dirname(program),
        port: listener.port,
        hostPid: bystander.pid ?? 0,
      };
      // Without a bubblewrap on its PATH the reference uses the one it carries: with an older one of the system it
      // cannot start anything under restricted reads. Without ripgrep it walks, as we do.
      const theirs = await runCase({ ...shared, file: program, lead: [], searchPath: "/nonexistent" });
      const mine = await runCase({
        ...shared,
        file: process.execPath,
        lead: [ours],
        searchPath: process.env["PATH"] ?? "",
      });
      if (mine.lines.includes("started")) tally.ran += 1;
      const differences = compare(mine, theirs);
      const reference = { ran: theirs.lines.includes("started"), stderr: theirs.stderr };
      const meant = differences.map(difference => allowedReason(difference, { generated, reference }));
      for (const reason of new Set(meant)) if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      const unexplained = differences.filter((_, index) => meant[index] === null);
      if (unexplained.length === 0) tally.equal += 1;
      else {
        tally.differing += 1;
        report(number, generated, places, { unexplained, mine, theirs });
      }
      if (values.verbose)
        process.stdout.write(`case ${number}: ${JSON.stringify(generated)}\n${mine.lines.join("\n")}\n`);
    }
  } finally {
    listener.server.close();
    bystander.kill("SIGKILL");
    rmSync(parent, { recursive: true, force: true });
  }
  for (const [reason, times] of reasons) process.stdout.write(`allowed ${reason} (${times} cases)\n`);
  process.stdout.write(
    `${tally.differing === 0 ? "equal  " : "DIFFERS"} sandbox: ${tally.equal}/${tally.equal + tally.differing} policies (${tally.ran} of them let the command run)\n`,
  );
  return tally.differing === 0;
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => socket.on("error", () => undefined).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, port: typeof address === "object" && address !== null ? address.port : 0 };
}

interface Run {
  file: string;
  lead: readonly string[];
  /** The program's PATH; the probe sets its own. */
  searchPath: string;
  generated: SandboxCase;
  places: Places;
  /** A folder the reference must be able to read inside, because it starts itself there. */
  needed: string;
  port: number;
  hostPid: number;
}

async function runCase({ file, lead, searchPath, generated, places, needed, port, hostPid }: Run): Promise<Outcome> {
  clean();
  makeTree(places, generated.shape, configText(generated.config, places, needed));
  const script = probeScript(places, port, hostPid);
  const args = [...lead, "sandbox", "linux", ...generated.options, "--", "/bin/bash", "-c", script];
  const child = spawn(file, args, {
    cwd: path.join(places.W, generated.cwd),
    env: { PATH: searchPath, HOME: places.base, CODEX_HOME: places.H, TMPDIR: places.T, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString("latin1")));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  const [exitCode] = (await once(child, "close")) as [number | null];
  const said = text.stdout.split("\n").filter(line => line !== "");
  const host = snapshot(places, elsewhere).map(line => `host ${line}`);
  clean();
  return { exitCode, lines: [...said, ...host], stderr: text.stderr };
}

function clean(): void {
  for (const file of elsewhere) {
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) rmSync(file, { recursive: true, force: true });
  }
}

/** The outcomes line by line. Of a run that was refused only the refusal counts: the exit code, and that nothing ran. */
function compare(mine: Outcome, theirs: Outcome): Difference[] {
  const left = new Map(linesOf(mine));
  const right = new Map(linesOf(theirs));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter(what => left.get(what) !== right.get(what))
    .map(what => ({ what, ours: left.get(what), reference: right.get(what) }));
}

function linesOf({ exitCode, lines }: Outcome): [what: string, result: string][] {
  return [
    ["exit code", String(exitCode)],
    ...lines.map((line): [string, string] => {
      const [, what = line, result = ""] =
        /^(.*) (yes|no)$/.exec(line) ??
        /^((?:read|list) \S+|host \S+|marker|NoNewPrivs:|Seccomp:) (.*)$/.exec(line) ??
        [];
      return [what, result];
    }),
  ];
}

function report(
  number: number,
  generated: SandboxCase,
  places: Places,
  found: { unexplained: readonly Difference[]; mine: Outcome; theirs: Outcome },
): void {
  const { unexplained, mine, theirs } = found;
  const short = (text: string): string => text.replaceAll(`${places.base}/`, "");
  process.stdout.write(`case ${number} differs: ${JSON.stringify({ ...generated, config: undefined })}\n`);
  process.stdout.write(`${generated.config.replaceAll(/^/gm, "    ")}\n`);
  for (const { what, ours: left, reference: right } of unexplained.slice(0, 12)) {
    process.stdout.write(short(`  ${what}: ours ${left ?? "(nothing)"}, reference ${right ?? "(nothing)"}\n`));
  }
  if (unexplained.length > 12) process.stdout.write(`  and ${unexplained.length - 12} more\n`);
  for (const [name, { stderr, lines }] of Object.entries({ ours: mine, reference: theirs })) {
    // A command that ran says what its attempts said.
    if (stderr.trim() !== "" && !lines.includes("started"))
      process.stdout.write(short(`  ${name} said: ${stderr.trim().split("\n").slice(0, 4).join(" | ")}\n`));
  }
}

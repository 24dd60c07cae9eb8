import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { parse } from "smol-toml";
import { type Difference, differences } from "../drive/differences.ts";
import { type Subject, subjects } from "../drive/subject.ts";
import { Random } from "../random.ts";
import { explained } from "./allowed.ts";
import { argumentCases } from "./arguments.ts";
import { type Ended, runCommand } from "./run.ts";
import { serverTables } from "./tables.ts";

/** One file of settings, and the commands that are run on it, one after the other. */
export interface CommandCase {
  readonly name: string;
  readonly config: string;
  readonly commands: readonly (readonly string[])[];
}

/**
 * `pnpm parity mcp-commands [--seed N] [--count N] [words…]`: the commands `mcp …` and odd arguments of `mcp-server`, on generated tables of servers and on
 * written cases, in both programs: exit codes, what they print, and the file afterwards.
 */
export async function compareMcpCommands(args: readonly string[]): Promise<boolean> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const [seed, count] = [option("--seed", 1), option("--count", 60)];
  const words = args.filter((word, at) => !word.startsWith("--") && !(args[at - 1] ?? "").startsWith("--"));
  const generated = Array.from({ length: count }, (_, n) => generatedCase(seed, n));
  const chosen = [...argumentCases, ...generated].filter(
    ({ name }) => words.length === 0 || words.some(word => name.includes(word)),
  );
  const programs = await subjects(process.env);
  const reasons = new Map<string, number>();
  let failed = 0;
  for (const one of chosen) {
    const [ours, reference] = await Promise.all(programs.map(program => play(program, one)));
    const open = differences(ours, reference, "").filter(difference => {
      const reason = explained(one, difference);
      if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      return reason === null;
    });
    if (open.length === 0) continue;
    failed++;
    print(one, open);
  }
  for (const [reason, times] of reasons) process.stdout.write(`allowed ${times} x: ${reason}\n`);
  process.stdout.write(`${chosen.length - failed} of ${chosen.length} cases agree\n`);
  return failed === 0 && chosen.length > 0;
}

/** Looks at generated servers in every way, adds one and removes one. */
function generatedCase(seed: number, n: number): CommandCase {
  const random = new Random(seed * 100_003 + n);
  const { text, names } = serverTables(random);
  const name = random.pick(names);
  const added = random.pick([
    ["--env", "B=2", "--env", "A=1", "--", "node", "srv.js", "--x"],
    ["--", "cmd"],
    ["--url", "http://127.0.0.1:9/mcp"],
    ["--url", "http://127.0.0.1:9/mcp", "--bearer-token-env-var", "TOK"],
  ]);
  return {
    name: `generated ${n}`,
    config: text,
    commands: [
      ["mcp", "list", "--json"],
      ["mcp", "list"],
      ["mcp", "get", name],
      ["mcp", "get", name, "--json"],
      ["mcp", "add", random.pick(["new", name]), ...added],
      ["mcp", "remove", random.pick(names)],
    ],
  };
}

async function play(program: Subject, { config, commands }: CommandCase): Promise<unknown> {
  // The reference refuses a home below the temporary folder.
  const parent = path.join(os.homedir(), ".cache", "codex-ts", "parity");
  mkdirSync(parent, { recursive: true });
  const root = mkdtempSync(path.join(parent, "m-"));
  const file = path.join(root, "home", "config.toml");
  for (const folder of ["home", "work", "tmp"]) mkdirSync(path.join(root, folder));
  writeFileSync(file, config);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    CODEX_HOME: path.join(root, "home"),
    TMPDIR: path.join(root, "tmp"),
    LANG: "C.UTF-8",
  };
  const outcome: Record<string, unknown> = {};
  try {
    for (const args of commands) {
      const ended = await runCommand(program, args, { cwd: path.join(root, "work"), env });
      outcome[args.join(" ")] = told(ended, root);
      if (/^mcp (add|remove)/.test(args.join(" "))) {
        outcome[`file after ${args.join(" ")}`] = readSettings(readFileSync(file, "utf8"));
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return outcome;
}

/** What a file says. The reference writes the whole table of servers anew, without the comments in it; we keep them. */
function readSettings(text: string): unknown {
  try {
    return JSON.parse(JSON.stringify(parse(text))) as unknown;
  } catch {
    return { unreadable: text };
  }
}

function told({ code, stdout, stderr }: Ended, root: string): unknown {
  const plain = (text: string): string => text.split(root).join("<root>");
  // How a command is to be used is told in each program's own words.
  const said = code === 2 ? (plain(stderr).split("\n\n")[0] ?? "") : plain(stderr);
  return { code, stdout: plain(stdout), stderr: withoutLogs(said).trimEnd() };
}

/** The reference writes its log to the error output. */
function withoutLogs(text: string): string {
  return text
    .split("\n")
    .filter(line => !/^\S*\d{4}-\d\d-\d\dT\S+\s+\S*(WARN|ERROR|INFO)/.test(line))
    .join("\n");
}

function print({ name, config }: CommandCase, open: readonly Difference[]): void {
  process.stdout.write(`FAIL ${name}\n`);
  for (const { path: where, ours, reference } of open.slice(0, 8)) {
    process.stdout.write(
      `     ${where}\n       ours       ${JSON.stringify(ours)}\n       reference  ${JSON.stringify(reference)}\n`,
    );
  }
  process.stdout.write(config.replace(/^/gm, "     | "));
  process.stdout.write("\n");
}

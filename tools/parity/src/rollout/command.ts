import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { functionCall, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { findReference } from "../reference.ts";

/** One of the two programs under comparison. */
interface Subject {
  name: string;
  file: string;
  lead: readonly string[];
}

const ours = path.resolve(import.meta.dirname, "../../../../packages/cli/dist/codex-ts.js");

/** What the first program does in a session before the second one goes on with it. */
const scenarios: { name: string; replies: readonly (string | object)[] }[] = [
  { name: "a plain answer", replies: ["first answer"] },
  {
    name: "a command",
    replies: [{ items: [functionCall("exec_command", { cmd: "echo from-a-command" }, "call_1")] }, "ran it"],
  },
  {
    name: "a patch",
    replies: [
      {
        items: [
          {
            type: "custom_tool_call",
            name: "apply_patch",
            input: "*** Begin Patch\n*** Add File: note.txt\n+hello\n*** End Patch\n",
            call_id: "call_1",
          },
        ],
      },
      "wrote it",
    ],
  },
  {
    name: "a plan and reasoning",
    replies: [
      {
        items: [
          { type: "reasoning", summary: "thinking" },
          functionCall("update_plan", { plan: [{ step: "a", status: "completed" }] }, "call_1"),
        ],
      },
      "planned",
    ],
  },
];

/**
 * `pnpm parity rollout`: a session file that one program wrote is resumed by the other, both ways; the second program's
 * model must be sent everything that was said, in order.
 */
export async function compareRollouts(): Promise<boolean> {
  const reference = await findReference(process.env);
  const subjects: [Subject, Subject] = [
    { name: "codex-ts", file: process.execPath, lead: [ours] },
    { name: "reference", file: reference.program, lead: [] },
  ];
  let equal = true;
  for (const [writer, reader] of [subjects, [...subjects].reverse()] as [Subject, Subject][]) {
    for (const { name, replies } of scenarios) {
      const problem = await handOver(writer, reader, [...replies, "second answer"]);
      process.stdout.write(`${problem === null ? "ok  " : "FAIL"} ${writer.name} -> ${reader.name}: ${name}\n`);
      if (problem !== null) process.stdout.write(`     ${problem}\n`);
      equal &&= problem === null;
    }
  }
  return equal;
}

async function handOver(writer: Subject, reader: Subject, script: Script): Promise<string | null> {
  const server = await startModelServer(script);
  // The reference refuses a home below the temporary folder.
  const parent = path.join(os.homedir(), ".cache", "codex-ts");
  await mkdir(parent, { recursive: true });
  const home = await mkdtemp(path.join(parent, "rollout-"));
  try {
    const work = path.join(home, "work");
    await mkdir(work);
    await mkdir(path.join(home, "tmp-dir"));
    await writeFile(
      path.join(home, "config.toml"),
      `model = "gpt-5.2"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${server.baseUrl}"\nwire_api = "responses"\n`,
    );
    const first = await exec(writer, home, ["-s", "danger-full-access", "the first prompt"]);
    if (first.code !== 0) return `${writer.name} ended with exit code ${first.code}: ${first.stderr.slice(-300)}`;
    const files = await readdir(path.join(home, "sessions"), { recursive: true });
    const id = /([0-9a-f-]{36})\.jsonl$/.exec(files.find(file => file.endsWith(".jsonl")) ?? "")?.[1];
    if (id === undefined) return `${writer.name} left no session file`;
    const before = server.requests.at(-1)?.input ?? [];
    const second = await exec(reader, home, ["-s", "danger-full-access", "resume", id, "the second prompt"]);
    if (second.code !== 0) return `${reader.name} ended with exit code ${second.code}: ${second.stderr.slice(-300)}`;
    const after = server.requests.at(-1)?.input ?? [];
    return missing(conversation(before), conversation(after));
  } finally {
    await server.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** The items that must survive a hand-over: prompts, answers, calls and their outputs. */
function conversation(input: readonly object[]): string[] {
  return input
    .filter(item => Reflect.get(item, "role") !== "developer")
    .map(item => {
      const { type, role, content, name, arguments: args, output, call_id } = item as Record<string, unknown>;
      return JSON.stringify({ type, role, content, name, args, output, call_id });
    })
    .filter(text => !text.includes("<environment_context>") && !text.includes("# AGENTS.md instructions"));
}

/** Everything said before stands at the start of what is sent after, followed by more. */
function missing(before: readonly string[], after: readonly string[]): string | null {
  for (const [index, item] of before.entries()) {
    if (after[index] !== item) return `item ${index} is ${after[index] ?? "missing"}, not ${item}`;
  }
  return after.length > before.length ? null : "the second prompt was not sent";
}

async function exec(
  subject: Subject,
  home: string,
  args: readonly string[],
): Promise<{ code: number | null; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(
      subject.file,
      [...subject.lead, "exec", "--skip-git-repo-check", ...args],
      {
        cwd: path.join(home, "work"),
        env: { ...process.env, CODEX_HOME: home, TMPDIR: path.join(home, "tmp-dir") },
        timeout: 60_000,
      },
      (_error, _stdout, stderr) => resolve({ code: child.exitCode, stderr }),
    );
    child.stdin?.end();
  });
}

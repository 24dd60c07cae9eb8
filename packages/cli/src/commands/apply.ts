import { spawn } from "node:child_process";
import { type BackendCall, nodeFetch, taskDiff } from "@codex-ts/model-provider";
import { loadCommandConfig } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import { checkedLogins } from "../logins.ts";
import type { GlobalOptions } from "../global-options.ts";
import { compatibleVersion } from "../version.ts";

/** `codex-ts apply TASK`: the diff of a cloud task, applied to the repository around the working folder. */
export async function applyCommand(taskId: string, levels: GlobalOptions[], io: CommandIo): Promise<number> {
  const { config } = await loadCommandConfig({ cwd: io.cwd, levels }, io);
  const logins = await checkedLogins(config, io);
  const credential = await logins.credential();
  if (credential === null || logins.kind !== "chatgpt") throw new CliError("ChatGPT auth not available");
  const call: BackendCall = {
    fetch: nodeFetch,
    baseUrl: config.chatgptBaseUrl,
    credential,
    userAgent: `codex_cli_rs/${compatibleVersion}`,
  };
  const diff = await taskDiff(call, taskId).catch((error: unknown) => {
    throw new CliError(error instanceof Error ? error.message : String(error));
  });
  const outcome = await gitApply(diff, io);
  if (outcome.code === 0) {
    write(io.stdout, "Successfully applied diff\n");
    return 0;
  }
  const { applied, skipped, conflicts } = countPaths(outcome.stdout + outcome.stderr);
  throw new CliError(
    `Git apply failed (applied=${applied}, skipped=${skipped}, conflicts=${conflicts})\nstdout:\n${outcome.stdout}\nstderr:\n${outcome.stderr}`,
  );
}

interface GitOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Three ways, so that a folder that moved on takes what still fits and marks the rest. Run at the repository's root: the diff counts from there. */
async function gitApply(diff: string, io: CommandIo): Promise<GitOutcome> {
  const root = await run(["rev-parse", "--show-toplevel"], "", io.cwd, io);
  if (root.code !== 0) throw new CliError(`not a git repository: ${io.cwd}`);
  return run(["apply", "--3way"], diff, root.stdout.replace(/\n$/, ""), io);
}

function run(args: string[], input: string, cwd: string, io: CommandIo): Promise<GitOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd, env: { ...io.env, LC_ALL: "C" }, stdio: "pipe" });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => void out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => void err.push(chunk));
    child.on("error", error => reject(new CliError(`git could not be started: ${error.message}`)));
    child.on("close", code => {
      resolve({ code, stdout: Buffer.concat(out).toString("utf8"), stderr: Buffer.concat(err).toString("utf8") });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Files by what git says became of each. */
export function countPaths(output: string): { applied: number; skipped: number; conflicts: number } {
  const [applied, skipped, conflicts] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const line of output.split("\n")) {
    const clean = /^Applied patch (?:to )?'?(.+?)'? cleanly\.$/.exec(line)?.[1];
    const torn = /^Applied patch (?:to )?'?(.+?)'? with conflicts\.$/.exec(line)?.[1] ?? /^U (.+)$/.exec(line)?.[1];
    const refused =
      /^error: (?:patch failed: (.+):\d+|(.+?): (?:patch does not apply|does not exist in index|already exists in (?:index|working directory)|does not match index))$/.exec(
        line,
      );
    if (clean !== undefined) applied.add(clean);
    else if (torn !== undefined) conflicts.add(torn);
    else if (refused !== null) skipped.add(refused[1] ?? refused[2] ?? "");
  }
  for (const path of conflicts) {
    applied.delete(path);
    skipped.delete(path);
  }
  for (const path of applied) skipped.delete(path);
  return { applied: applied.size, skipped: skipped.size, conflicts: conflicts.size };
}

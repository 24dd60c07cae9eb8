import { spawn } from "node:child_process";
import type { Subject } from "../drive/subject.ts";

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one command of a program; `input` is all that it reads. */
export function runCommand(
  subject: Subject,
  args: readonly string[],
  { cwd, env, input = "" }: { cwd: string; env: Readonly<Record<string, string>>; input?: string },
): Promise<Ended> {
  // Subjects start app-servers; the command stands in that word's place.
  const argv = subject.args.flatMap(arg => (arg === "app-server" ? args : [arg]));
  const child = spawn(subject.file, argv, { cwd, env: { ...env }, stdio: ["pipe", "pipe", "pipe"] });
  const heard = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (heard[stream] += text));
  }
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", code => {
      clearTimeout(late);
      resolve({ code, ...heard });
    });
  });
}

import { spawn } from "node:child_process";

/** How git is run: where, in which environment, until when. */
export interface GitRun {
  cwd: string;
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

/** git ended with an error, or could not be started. */
export class GitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "GitError";
  }
}

/** Neither programs nor hooks that a repository names are started, no lock is taken that a person's git could trip over. */
const GUARDS = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

/** Runs git and returns what it printed. Throws `GitError`, and the signal's reason after an abort. */
export function git(run: GitRun, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...run.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
    const child = spawn("git", [...GUARDS, ...args], { cwd: run.cwd, env, signal: run.signal, stdio: "pipe" });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (chunk: Buffer) => void out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => void err.push(chunk));
    child.on("error", error => {
      reject(run.signal?.aborted ? run.signal.reason : new GitError(`git could not be started: ${error.message}`));
    });
    child.on("close", code => {
      if (code === 0) resolve(Buffer.concat(out).toString("utf8"));
      else {
        const words = Buffer.concat(err).toString("utf8").trim();
        reject(new GitError(words === "" ? `git ${args[0]} ended with ${code ?? "a signal"}` : words));
      }
    });
    // git may end without reading its input.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** The entries of a list that is separated by NUL bytes. */
export function zeroSeparated(text: string): string[] {
  return text.split("\0").filter(entry => entry !== "");
}

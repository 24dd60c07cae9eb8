import { accessSync, constants, statSync } from "node:fs";
import { constants as os } from "node:os";
import path from "node:path";

/** The PATH of an environment that has none. */
const DEFAULT_PATH = "/bin:/usr/bin";

type Failure = "ENOENT" | "ENOTDIR" | "EACCES";

const texts: Readonly<Record<Failure, string>> = {
  ENOENT: "No such file or directory",
  ENOTDIR: "Not a directory",
  EACCES: "Permission denied",
};

export interface StartProblem {
  code: Failure;
  /** The line a command has ended with that could not be started. */
  text: string;
}

/**
 * Why a program could not be started, looked up as `execvp` does; null when it can be. An engine would say so too, but
 * each in its own way, and as its own failure.
 */
export function startProblem(name: string, searchPath = DEFAULT_PATH, cwd = "/"): StartProblem | null {
  let problem: Failure = "ENOENT";
  for (const file of candidates(name, searchPath, cwd)) {
    const failure = failureOf(file);
    if (failure === null) return null;
    if (name.includes("/") || failure === "EACCES") problem = failure;
  }
  const text = `Failed to execvp ${name}: ${texts[problem]} (os error ${os.errno[problem]})`;
  return { code: problem, text };
}

function candidates(name: string, searchPath: string, cwd: string): string[] {
  if (name === "") return [];
  const folders = name.includes("/") ? [""] : searchPath.split(":");
  return folders.map(folder => path.resolve(cwd, folder, name));
}

function failureOf(file: string): Failure | null {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? null : "EACCES";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return code;
    return "EACCES";
  }
}

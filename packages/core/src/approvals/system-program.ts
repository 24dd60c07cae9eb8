import { dirname } from "node:path";

/** Folders that belong to the system: what stands there was not put there by an agent in its workspace. */
const SYSTEM_FOLDERS = new Set([
  "/bin",
  "/sbin",
  "/usr/bin",
  "/usr/sbin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/opt/homebrew/bin",
]);

/** Whether a program text means a program of the system: a bare name (found on the PATH) or a file in one of its folders. */
export function isSystemProgram(program: string, userShell: string): boolean {
  if (!program.includes("/") && !program.includes("\\")) return true;
  return program === userShell || SYSTEM_FOLDERS.has(dirname(program));
}

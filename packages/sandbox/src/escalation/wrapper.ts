import { createHash } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { helperFile } from "../linux/helper-file.ts";

/** Variables that lead a patched shell's programs to the agent; an escalated program is started without them. */
export const ESCALATION_VARIABLES = { socket: "CODEX_ESCALATE_SOCKET", wrapper: "EXEC_WRAPPER" } as const;

/**
 * Puts the program that stands in for every program of a patched shell into a folder of the agent, and tells its path. A file that says
 * which script to start with which Node: the script itself stands with this code, where it may not be executable.
 */
export async function installWrapper(folder: string, node = process.execPath): Promise<string> {
  const text = `#!/bin/sh\nexec ${quoted(node)} ${quoted(helperFile(undefined, "execve-wrapper"))} "$@"\n`;
  const own = path.join(folder, `execve-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`);
  const file = path.join(own, "codex-execve-wrapper");
  await createFolders(own, 0o700);
  // Another agent may be starting it in this very moment.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o700 });
  await rename(draft, file);
  return file;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

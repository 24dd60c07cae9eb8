import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

/** Whether bubblewrap works on this machine. */
export function hasBwrap(): boolean {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "--unshare-pid", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let folder: string | undefined;

/** A PATH on which everything can be found but bubblewrap. */
export function pathWithoutBwrap(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(path.join(tmpdir(), "codex-ts-path-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  for (const part of (process.env["PATH"] ?? "").split(path.delimiter)) {
    if (!existsSync(part)) continue;
    for (const name of readdirSync(part)) {
      const link = path.join(made, name);
      if (name === "bwrap" || existsSync(link)) continue;
      try {
        symlinkSync(path.join(part, name), link);
      } catch {
        // A second program of the same name: the first one counts.
      }
    }
  }
  folder = made;
  return made;
}

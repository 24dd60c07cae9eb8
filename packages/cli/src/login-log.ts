import type { Config } from "@codex-ts/config";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { createFoldersSync } from "@codex-ts/apply-patch/node";

/**
 * The record of logins, `codex-login.log` in the log folder, for people who ask why one did not work. Readable by its
 * owner alone; it never holds a key, code or token. A folder that cannot be written keeps nobody from logging in.
 * @returns adds one line
 */
export function loginLog(config: Pick<Config, "logDir">, first: string): (line: string) => void {
  const file = path.join(config.logDir, "codex-login.log");
  const add = (line: string): void => {
    try {
      createFoldersSync(config.logDir);
      appendFileSync(file, `${new Date().toISOString()} ${line.replace(/[\r\n]+/g, " ")}\n`, { mode: 0o600 });
    } catch {
      // See above.
    }
  };
  add(first);
  return add;
}

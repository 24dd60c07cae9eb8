import type { Config } from "@codex-ts/config";
import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";

/**
 * The record of logins, `codex-login.log` in the log folder, for people who ask why one did not work. Readable by its
 * owner alone; it never holds a key, code or token. A folder that cannot be written keeps nobody from logging in.
 * @returns adds one line
 */
export function loginLog(config: Pick<Config, "logDir">, first: string): (line: string) => void {
  const file = path.join(config.logDir, "codex-login.log");
  const add = (line: string): void => {
    try {
      mkdirSync(config.logDir, { recursive: true });
      appendFileSync(file, `${new Date().toISOString()} ${line.replace(/[\r\n]+/g, " ")}\n`, { mode: 0o600 });
    } catch {
      // See above.
    }
  };
  add(first);
  return add;
}

import { resolve } from "node:path";
import type { CommandAction } from "@codex-ts/protocol";
import type { ParsedCommand } from "@codex-ts/shell-command";

/** What a command does, as a client shows it: files read, folders listed, searches; everything else is unknown. */
export function commandActions(parsed: readonly ParsedCommand[], cwd: string): CommandAction[] {
  return parsed.map((entry): CommandAction => {
    switch (entry.type) {
      case "read":
        return { type: "read", command: entry.cmd, name: entry.name, path: resolve(cwd, entry.path) };
      case "list_files":
        return { type: "listFiles", command: entry.cmd, path: entry.path };
      case "search":
        return { type: "search", command: entry.cmd, query: entry.query, path: entry.path };
      case "unknown":
        return { type: "unknown", command: entry.cmd };
    }
  });
}

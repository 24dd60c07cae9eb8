import { isAbsolutePath } from "./args.ts";
import type { CommandAction, ParsedCommand } from "./types.ts";

/**
 * The v2 form of a summary: a read path becomes absolute against the folder the command runs in; the paths of lists and
 * searches stay the short form for display.
 * @param home where a leading `~` leads; without it `~` is an ordinary name
 */
export function toCommandActions(
  parsed: readonly ParsedCommand[],
  where: { cwd: string; home?: string },
): CommandAction[] {
  return parsed.map(entry => {
    switch (entry.type) {
      case "read":
        return { type: "read", command: entry.cmd, name: entry.name, path: absolutePath(entry.path, where) };
      case "list_files":
        return { type: "listFiles", command: entry.cmd, path: entry.path };
      case "search":
        return { type: "search", command: entry.cmd, query: entry.query, path: entry.path };
      case "unknown":
        return { type: "unknown", command: entry.cmd };
    }
  });
}

function absolutePath(path: string, where: { cwd: string; home?: string }): string {
  const expanded =
    where.home !== undefined && (path === "~" || path.startsWith("~/")) ? where.home + path.slice(1) : path;
  const full = isAbsolutePath(expanded) ? expanded : `${where.cwd}/${expanded}`;
  return full.startsWith("/") ? withoutDots(full) : full;
}

function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

import type { PathFs, PathKind } from "@codex-ts/permissions";
import type { ConfigFs } from "./fs.ts";
import { statOrNull } from "./layers/project.ts";

/** What permission rules ask about paths, answered by the same files that the configuration is read from. */
export function pathFsOf(fs: ConfigFs): PathFs {
  const kind = (path: string): PathKind | null => statOrNull(fs, path)?.kind ?? null;
  return {
    stat: kind,
    lstat: path => fs.lstatKind(path),
    realpath: path => {
      try {
        return fs.realpath(path);
      } catch {
        return null;
      }
    },
    readText: path => {
      try {
        return kind(path) === "file" ? Buffer.from(fs.readFile(path)).toString("utf8") : null;
      } catch {
        return null;
      }
    },
  };
}

import { readdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { accessMatcher, permissionContext } from "../exec/permissions.ts";
import { readGuard } from "../exec/read-guard.ts";
import { ioErrorText } from "./io-error.ts";
import { number, object, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const DEFAULT_LIMIT = 25;
const DEFAULT_DEPTH = 2;
const LONGEST_NAME = 500;

const parameters = object({
  dir_path: string("Absolute path of the folder."),
  offset: optional(number("Number of the first entry to list, from 1.")),
  limit: optional(number("Most entries to list (default 25).")),
  depth: optional(number("How many folders deep to look (default 2).")),
});

/** Lists a folder, folders in it included, for models that know this tool. */
export function listDirTool(): Tool {
  return {
    names: ["list_dir"],
    group: "list_dir",
    accepts: ["function"],
    parallel: true,
    readOnly: true,
    spec: functionSpec(
      "list_dir",
      "Lists what is in a folder, one entry a line, with a mark for its kind: / folder, @ link, ? neither file nor folder.",
      parameters.schema,
    ),
    run: runListDir,
  };
}

async function runListDir(call: ToolCall, { session, turn }: ToolContext): Promise<ToolResult> {
  const { dir_path: path, ...rest } = parseArguments(parameters, functionArguments(call));
  const { offset = 1, limit = DEFAULT_LIMIT, depth = DEFAULT_DEPTH } = rest;
  if (offset < 1) throw new RespondToModel("offset must be a 1-indexed entry number");
  if (limit < 1) throw new RespondToModel("limit must be greater than zero");
  if (depth < 1) throw new RespondToModel("depth must be greater than zero");
  if (!isAbsolute(path)) throw new RespondToModel("dir_path must be an absolute path");
  const { settings } = turn.context;
  const access = accessMatcher(settings.permissions, settings.cwd, session.services);
  const guard = readGuard(settings.permissions, permissionContext(settings.cwd, session.services));
  const mayRead = (folder: string) => access.canRead(folder) && !guard.refuses(folder);
  const entries = await entriesBelow(path, depth, mayRead);
  return { body: [`Absolute path: ${path}`, ...slice(entries, offset, limit)].join("\n") };
}

function slice(entries: readonly string[], offset: number, limit: number): string[] {
  if (entries.length === 0) return [];
  if (offset > entries.length) throw new RespondToModel("offset exceeds directory entry count");
  const shown = entries.slice(offset - 1, offset - 1 + limit);
  return entries.length > offset - 1 + limit ? [...shown, `More than ${limit} entries found`] : shown;
}

/** Everything down to a depth, each folder followed by what is in it, sorted by name. */
async function entriesBelow(root: string, depth: number, mayRead: (folder: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  const visit = async (folder: string, level: number): Promise<void> => {
    if (!mayRead(folder)) throw new RespondToModel("failed to read directory: Permission denied (os error 13)");
    const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      throw new RespondToModel(`failed to read directory: ${ioErrorText(error)}`);
    });
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of found) {
      const mark = entry.isDirectory() ? "/" : entry.isSymbolicLink() ? "@" : entry.isFile() ? "" : "?";
      lines.push(`${"  ".repeat(level)}${entry.name.slice(0, LONGEST_NAME)}${mark}`);
      const inner = join(folder, entry.name);
      if (entry.isDirectory() && level + 1 < depth && mayRead(inner)) await visit(inner, level + 1);
    }
  };
  await visit(root, 0);
  return lines;
}

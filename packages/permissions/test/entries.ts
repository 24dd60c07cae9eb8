import {
  type FileSystemSandboxEntry,
  globEntry,
  pathEntry,
  profileFromRuntime,
  restricted,
  specialEntry,
} from "../src/index.ts";

type Access = FileSystemSandboxEntry["access"];

/** Short spellings of entries, for tables. */
export const root = (access: Access) => specialEntry({ kind: "root" }, access);
export const cwd = (access: Access) => specialEntry({ kind: "current_working_directory" }, access);
export const minimal = (access: Access) => specialEntry({ kind: "minimal" }, access);
export const slashTmp = (access: Access) => specialEntry({ kind: "slash_tmp" }, access);
export const tmpdir = (access: Access) => specialEntry({ kind: "tmpdir" }, access);
export const project = (access: Access, subpath?: string) =>
  specialEntry({ kind: "project_roots", ...(subpath === undefined ? {} : { subpath }) }, access);
export const unknown = (path: string, access: Access) => specialEntry({ kind: "unknown", path }, access);
export const path = pathEntry;
export const deny = globEntry;

export const managed = (entries: FileSystemSandboxEntry[], network: "restricted" | "enabled" = "restricted") =>
  profileFromRuntime(restricted(entries), network);

import type {
  FileSystemPath,
  FileSystemSandboxEntry,
  FileSystemSandboxPolicy,
  FileSystemSpecialPath,
} from "./types.ts";

/** A restricted policy of exactly these entries. */
export function restricted(entries: FileSystemSandboxEntry[], globScanMaxDepth?: number): FileSystemSandboxPolicy {
  return {
    kind: "restricted",
    ...(globScanMaxDepth === undefined ? {} : { glob_scan_max_depth: globScanMaxDepth }),
    ...(entries.length === 0 ? {} : { entries }),
  };
}

/** The default file-system policy: everything readable, nothing writable. */
export function defaultFileSystemPolicy(): FileSystemSandboxPolicy {
  return restricted([specialEntry({ kind: "root" }, "read")]);
}

export function specialEntry(
  value: FileSystemSpecialPath,
  access: FileSystemSandboxEntry["access"],
): FileSystemSandboxEntry {
  return { path: { type: "special", value }, access };
}

export function pathEntry(path: string, access: FileSystemSandboxEntry["access"]): FileSystemSandboxEntry {
  return { path: { type: "path", path }, access };
}

export function globEntry(pattern: string): FileSystemSandboxEntry {
  return { path: { type: "glob_pattern", pattern }, access: "none" };
}

/** Equality of path values as they are written: no context, no resolution. */
export function samePath(left: FileSystemPath, right: FileSystemPath): boolean {
  return pathIdentity(left) === pathIdentity(right);
}

export function sameEntry(left: FileSystemSandboxEntry, right: FileSystemSandboxEntry): boolean {
  return left.access === right.access && samePath(left.path, right.path);
}

/** A string that is equal for equal path values. */
export function pathIdentity(path: FileSystemPath): string {
  switch (path.type) {
    case "path":
      return `path\0${path.path}`;
    case "glob_pattern":
      return `glob\0${path.pattern}`;
    case "special": {
      const special = path.value;
      if (special.kind === "project_roots") return `project_roots\0${subpathIdentity(special.subpath)}`;
      if (special.kind === "unknown") return `unknown\0${special.path}\0${subpathIdentity(special.subpath)}`;
      return special.kind;
    }
  }
}

function subpathIdentity(subpath: string | undefined): string {
  return subpath === undefined ? "" : `/${subpath}`;
}

export function entryIdentity(entry: FileSystemSandboxEntry): string {
  return `${entry.access}\0${pathIdentity(entry.path)}`;
}

/** The entries of both lists in order, each once. */
export function dedupEntries(...lists: readonly (readonly FileSystemSandboxEntry[])[]): FileSystemSandboxEntry[] {
  const found = new Map<string, FileSystemSandboxEntry>();
  for (const list of lists) {
    for (const entry of list) {
      const identity = entryIdentity(entry);
      if (!found.has(identity)) found.set(identity, entry);
    }
  }
  return [...found.values()];
}

export function isDenyGlob(entry: FileSystemSandboxEntry): boolean {
  return entry.path.type === "glob_pattern" && entry.access === "none";
}

export function isSpecial(entry: FileSystemSandboxEntry, kind: FileSystemSpecialPath["kind"]): boolean {
  return entry.path.type === "special" && entry.path.value.kind === kind;
}

/** Equality of policies as they are written. */
export function sameFileSystemPolicy(left: FileSystemSandboxPolicy, right: FileSystemSandboxPolicy): boolean {
  const a = left.entries ?? [];
  const b = right.entries ?? [];
  return (
    left.kind === right.kind &&
    left.glob_scan_max_depth === right.glob_scan_max_depth &&
    a.length === b.length &&
    a.every((entry, index) => entryIdentity(entry) === entryIdentity(b[index] ?? pathEntry("", "none")))
  );
}

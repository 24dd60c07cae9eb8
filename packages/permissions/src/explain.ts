import { beatsOnSamePath, compileAccess, type DecidingEntry } from "./access.ts";
import { type PermissionContext, resolvedEntries } from "./context.ts";
import { containsPath, joinPath } from "./path.ts";
import { compileReadDeny, type ReadDenial } from "./read-deny.ts";
import type { FileSystemPath, FileSystemSandboxPolicy } from "./types.ts";

/** An entry that applies to the path too, and why it did not decide. */
export interface OverruledEntry extends DecidingEntry {
  because: "narrower-entry" | "stronger-on-same-path" | "repeated";
}

export interface AccessExplanation {
  /** The absolute path that was asked about. */
  path: string;
  access: "read" | "write" | "none";
  canRead: boolean;
  canWrite: boolean;
  /** What decided: the policy's kind, one entry, or that no entry applies. */
  decidedBy: "unrestricted" | "external-sandbox" | "entry" | "no-entry";
  entry: DecidingEntry | null;
  overruled: OverruledEntry[];
  /** Why tools that open files themselves refuse to read the path although entries allow it, or null. */
  readDenial: ReadDenial | null;
  /** The decision in one line for people. */
  text: string;
}

/** Answers which entry decided about a path, and why the others did not. */
export function explain(policy: FileSystemSandboxPolicy, path: string, ctx: PermissionContext): AccessExplanation {
  const absolute = joinPath(ctx.cwd, path);
  const access = compileAccess(policy, ctx);
  const mode = access.resolve(absolute);
  const entry = access.decidingEntry(absolute);
  const readDenial = compileReadDeny(policy, ctx)?.denial(absolute) ?? null;
  const found = {
    path: absolute,
    access: mode,
    canRead: mode !== "none",
    canWrite: mode === "write",
    decidedBy:
      policy.kind === "restricted" ? (entry === null ? ("no-entry" as const) : ("entry" as const)) : policy.kind,
    entry,
    overruled: entry === null ? [] : overruledBy(entry, policy, absolute, ctx),
    readDenial,
  };
  return { ...found, text: sentence(found) };
}

function overruledBy(
  winner: DecidingEntry,
  policy: FileSystemSandboxPolicy,
  path: string,
  ctx: PermissionContext,
): OverruledEntry[] {
  return resolvedEntries(policy, ctx)
    .filter(other => other.index !== winner.index && containsPath(other.path, path))
    .map(other => ({ ...other, because: whyOverruled(winner, other) }));
}

function whyOverruled(winner: DecidingEntry, other: DecidingEntry): OverruledEntry["because"] {
  if (!containsPath(winner.path, other.path)) return "narrower-entry";
  return beatsOnSamePath(winner.entry.access, other.entry.access) ? "stronger-on-same-path" : "repeated";
}

/** An entry's path as people write it in configuration files. */
export function describePath(path: FileSystemPath): string {
  if (path.type === "path") return path.path;
  if (path.type === "glob_pattern") return path.pattern;
  const special = path.value;
  switch (special.kind) {
    case "current_working_directory":
      return "the working directory";
    case "slash_tmp":
      return "/tmp";
    case "project_roots":
      return special.subpath === undefined ? ":project_roots" : `:project_roots/${special.subpath}`;
    case "unknown":
      return special.subpath === undefined ? special.path : `${special.path}/${special.subpath}`;
    default:
      return `:${special.kind}`;
  }
}

function sentence(found: Omit<AccessExplanation, "text">): string {
  const parts = [decision(found)];
  const { readDenial } = found;
  if (readDenial?.by === "root") parts.push(`direct reads are denied below ${readDenial.root}`);
  if (readDenial?.by === "glob") parts.push(`direct reads are denied by the pattern ${readDenial.pattern}`);
  if (readDenial?.by === "invalid-glob") {
    parts.push(`direct reads are denied because the pattern ${readDenial.pattern} is invalid`);
  }
  return parts.join("; ");
}

function decision(found: Omit<AccessExplanation, "text">): string {
  switch (found.decidedBy) {
    case "unrestricted":
      return `${found.path}: write, because the file system is unrestricted`;
    case "external-sandbox":
      return `${found.path}: write, because an outer sandbox enforces the file system`;
    case "no-entry":
      return `${found.path}: none, because no entry covers it`;
    case "entry": {
      const name = found.entry === null ? "" : describePath(found.entry.entry.path);
      const strength = found.overruled.length === 0 ? "covers it" : "is the narrowest that covers it";
      return `${found.path}: ${found.access}, because entry ${(found.entry?.index ?? 0) + 1} (${name}) ${strength}`;
    }
  }
}

import { type PermissionContext, resolvedEntries } from "./context.ts";
import { joinPath, pathComponents, pathFlavor } from "./path.ts";
import type { FileSystemAccessMode, FileSystemSandboxEntry, FileSystemSandboxPolicy } from "./types.ts";

/** Conflict order on one path: the higher one wins. */
const ACCESS_ORDER: Record<FileSystemAccessMode, number> = { read: 0, write: 1, none: 2 };

/** True when `left` beats `right` on the same path: none > write > read. */
export function beatsOnSamePath(left: FileSystemAccessMode, right: FileSystemAccessMode): boolean {
  return ACCESS_ORDER[left] > ACCESS_ORDER[right];
}

export function accessAllowsRead(access: FileSystemAccessMode): boolean {
  return access !== "none";
}

export function accessAllowsWrite(access: FileSystemAccessMode): boolean {
  return access === "write";
}

/** The entry that decided about a path, with the path it stands for. */
export interface DecidingEntry {
  index: number;
  entry: FileSystemSandboxEntry;
  path: string;
}

/** A policy compiled for one context: about a microsecond a question, whatever the number of entries. */
export interface AccessMatcher {
  /** The access to a path; relative paths are joined to the context's cwd. */
  resolve(path: string): FileSystemAccessMode;
  /** The entry that decided, or null when none applies (or the policy has no entries to ask). */
  decidingEntry(path: string): DecidingEntry | null;
  canRead(path: string): boolean;
  canWrite(path: string): boolean;
}

interface Node {
  winner: DecidingEntry | null;
  children: Map<string, Node> | null;
}

/**
 * Compiles the access rules of a policy (section 5): the deepest entry that contains the path wins, on the same path
 * none beats write beats read, and where nothing applies the answer is none. Deny globs take no part here, and symlinks
 * are not followed: a tool that opens files itself also asks `compileReadDeny`.
 */
export function compileAccess(policy: FileSystemSandboxPolicy, ctx: PermissionContext): AccessMatcher {
  const windows = pathFlavor(ctx.cwd) === "windows";
  const root: Node = { winner: null, children: null };
  const restricted = policy.kind === "restricted";
  if (restricted) {
    for (const resolved of resolvedEntries(policy, ctx)) insert(root, resolved);
  }
  const find = (path: string): DecidingEntry | null => {
    const absolute = joinPath(ctx.cwd, path);
    return windows ? walkComponents(root, absolute) : walkPosix(root, absolute);
  };
  const resolve = (path: string): FileSystemAccessMode => (restricted ? (find(path)?.entry.access ?? "none") : "write");
  return {
    resolve,
    decidingEntry: path => (restricted ? find(path) : null),
    canRead: path => resolve(path) !== "none",
    canWrite: path => resolve(path) === "write",
  };
}

function insert(root: Node, resolved: DecidingEntry): void {
  let node = root;
  for (const component of pathComponents(resolved.path)) {
    node.children ??= new Map();
    let child = node.children.get(component);
    if (child === undefined) {
      child = { winner: null, children: null };
      node.children.set(component, child);
    }
    node = child;
  }
  if (node.winner === null || beatsOnSamePath(resolved.entry.access, node.winner.entry.access)) node.winner = resolved;
}

function walkPosix(root: Node, path: string): DecidingEntry | null {
  let { winner } = root;
  let { children } = root;
  let start = 1;
  while (children !== null && start < path.length) {
    let end = path.indexOf("/", start);
    if (end === -1) end = path.length;
    const child = children.get(path.slice(start, end));
    if (child === undefined) break;
    winner = child.winner ?? winner;
    children = child.children;
    start = end + 1;
  }
  return winner;
}

function walkComponents(root: Node, path: string): DecidingEntry | null {
  let node = root;
  let { winner } = root;
  for (const component of pathComponents(path)) {
    const child = node.children?.get(component);
    if (child === undefined) break;
    winner = child.winner ?? winner;
    node = child;
  }
  return winner;
}

/** The access of a policy to one path (section 5). For many questions about one policy use `compileAccess`. */
export function resolveAccess(
  policy: FileSystemSandboxPolicy,
  path: string,
  ctx: PermissionContext,
): FileSystemAccessMode {
  return compileAccess(policy, ctx).resolve(path);
}

/** Whether the entries of a policy let a path be read. Deny globs and symlinks are the read deny matcher's business. */
export function canRead(policy: FileSystemSandboxPolicy, path: string, ctx: PermissionContext): boolean {
  return accessAllowsRead(resolveAccess(policy, path, ctx));
}

/** Whether the entries of a policy let a path be written. */
export function canWrite(policy: FileSystemSandboxPolicy, path: string, ctx: PermissionContext): boolean {
  return accessAllowsWrite(resolveAccess(policy, path, ctx));
}

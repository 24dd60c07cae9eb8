import type { PathFs, WritableRoot } from "@codex-ts/permissions";
import { SandboxError } from "../errors.ts";
import {
  byDepth,
  compareBytes,
  comparePaths,
  isStrictlyUnder,
  isUnder,
  parentOf,
  prefixesOf,
  rebase,
} from "../paths.ts";
import type { ResolvedPolicy } from "../policy/resolve.ts";
import type { SeccompMode } from "./seccomp.ts";

/** One step of building the command's view of the file system, in the order it is carried out. */
export type MountStep = { why: string } & (
  | { op: "read-only"; path: string }
  | { op: "writable"; path: string }
  | { op: "host-root" }
  | { op: "tmpfs"; path: string; perms?: "000" | "111" }
  | { op: "devices" }
  | { op: "directory"; path: string }
  | { op: "seal"; path: string }
  | { op: "block-missing"; path: string }
  | { op: "hide-file"; path: string }
);

/** What bubblewrap has to set up. Pure data: tests and `explain` read it, the argument vector is derived from it. */
export interface SandboxPlan {
  /** False when nothing needs to be built: the command runs directly (full disk write and full network). */
  wrap: boolean;
  mounts: MountStep[];
  unshareNetwork: boolean;
  mountProc: boolean;
  /** The real spelling of a working directory that was given through a link. */
  chdir: string | null;
  seccomp: SeccompMode | null;
  /** Host paths that bubblewrap creates as empty mount points, for the caller to remove afterwards. */
  placeholders: string[];
}

/** What the machine can do, as the probe found it. */
export interface PlanFacts {
  /** A fresh /proc can be mounted; otherwise the host's stays visible. */
  mountProc: boolean;
  /** A network namespace can be made and its loopback configured; otherwise the filter alone cuts the network. */
  networkNamespace: boolean;
}

export interface PlanInput {
  policy: ResolvedPolicy;
  /** Files that match the policy's deny-read globs (absolute). */
  globMatches: readonly string[];
  commandCwd: string;
  facts: PlanFacts;
  fs: PathFs;
  /** Whether a file is an empty mount point of another run: what it occupies counts as missing. */
  isPlaceholder?: (path: string) => boolean;
  /** A network proxy is the only way out: the command gets an empty network, and the filter that fits it. */
  proxied?: boolean;
}

/**
 * Decides every mount of a command's sandbox (section 3.1, 3.2). Reads the file system only through `fs`.
 * @throws SandboxError `writable_symlink` when a protected path could be repointed by the command itself
 */
export function planSandbox(input: PlanInput): SandboxPlan {
  const { policy, facts, fs, proxied = false } = input;
  const restricted = policy.network === "restricted";
  const shared = {
    unshareNetwork: proxied || (restricted && facts.networkNamespace),
    mountProc: facts.mountProc,
    seccomp: proxied ? ("proxy-routed" as const) : restricted ? ("restricted" as const) : null,
  };
  if (policy.fullWrite && policy.unreadableGlobs.length === 0) {
    const why = "the policy allows writing everywhere";
    return {
      ...shared,
      wrap: restricted || proxied,
      mounts: [{ op: "host-root", why }],
      chdir: null,
      placeholders: [],
    };
  }
  const mounts = new FileSystemPlan(input).build();
  const real = fs.realpath(input.commandCwd);
  return {
    ...shared,
    wrap: true,
    mounts,
    chdir: real !== null && real !== input.commandCwd ? real : null,
    placeholders: mounts.flatMap(step => (step.op === "block-missing" ? [step.path] : [])),
  };
}

class FileSystemPlan {
  private readonly steps: MountStep[] = [];
  private readonly writable: readonly WritableRoot[];
  private readonly unreadable: readonly string[];
  /** Every writable root, and where it really is when a link leads to it. */
  private readonly allowedWrite: readonly string[];
  private readonly policy: ResolvedPolicy;
  private readonly fs: PathFs;
  private readonly isPlaceholder: (path: string) => boolean;

  constructor({ policy, globMatches, fs, isPlaceholder = () => false }: PlanInput) {
    this.policy = policy;
    this.fs = fs;
    this.isPlaceholder = isPlaceholder;
    const existing = policy.writableRoots.filter(({ root }) => fs.stat(root) !== null);
    const roots =
      existing.length === 0 && policy.fullWrite && policy.unreadableGlobs.length > 0
        ? [{ root: "/", read_only_subpaths: [] }]
        : existing;
    const order = byDepth(roots.map(({ root }) => root));
    this.writable = order.flatMap(path => roots.filter(({ root }) => root === path));
    this.allowedWrite = [...new Set(this.writable.flatMap(({ root }) => [root, this.realOf(root)]))];
    const hidden = [...new Set([...policy.unreadableRoots, ...globMatches])].sort(compareBytes);
    this.unreadable = hidden.filter(path => !this.isCoveredByFolder(path, policy.unreadableRoots));
  }

  build(): MountStep[] {
    this.base();
    const { allowedWrite, unreadable } = this;
    const insideWritable = (path: string) => allowedWrite.some(root => isUnder(path, root));
    const aroundWritable = (path: string) => allowedWrite.some(root => isStrictlyUnder(root, path));
    const outside = unreadable.filter(path => !insideWritable(path));
    for (const path of byDepth(outside.filter(aroundWritable))) this.hide(path);
    for (const root of this.writable) this.writableRoot(root);
    for (const path of byDepth(outside.filter(path => !aroundWritable(path)))) this.hide(path);
    return this.steps;
  }

  private base(): void {
    const { policy, fs } = this;
    const readable = [...new Set([...policy.readableRoots, ...policy.platformDefaults])].sort(comparePaths);
    if (policy.fullRead || readable.includes("/")) {
      this.steps.push({ op: "read-only", path: "/", why: "everything may be read, nothing written unless named" });
      this.steps.push({ op: "devices", why: "a minimal device folder" });
      return;
    }
    this.steps.push({ op: "tmpfs", path: "/", why: "nothing may be read unless named" });
    this.steps.push({ op: "devices", why: "a minimal device folder" });
    for (const path of readable) {
      if (fs.stat(path) === null) continue;
      const underWritable = this.allowedWrite.some(root => isUnder(path, root));
      const source = underWritable ? this.realOf(path) : path;
      const why = policy.platformDefaults.includes(path) ? "a system folder every program needs" : "readable root";
      this.steps.push({ op: "read-only", path: source, why });
    }
  }

  private writableRoot({ root, read_only_subpaths: carveouts }: WritableRoot): void {
    const target = this.realOf(root);
    const around = byDepth(this.unreadable.filter(path => isUnder(root, path))).at(-1);
    if (around !== undefined) {
      const last = this.fs.stat(root) === "directory" ? root : parentOf(root);
      this.directories(around, last, `on the way to writable root ${root} below hidden ${around}`);
    }
    this.steps.push({ op: "writable", path: target, why: "writable root" });
    // The bind of the whole host shows device nodes that cannot be used; give the command its own again.
    if (target === "/") {
      this.steps.push({ op: "devices", why: "a minimal device folder" });
      const shared = "/dev/shm";
      // A link would show what it leads to under a second name, which no rule of the policy speaks of.
      if (this.fs.lstat(shared) === "directory")
        this.steps.push({ op: "writable", path: shared, why: "part of the writable disk" });
    }
    const readOnly = carveouts.filter(path => !this.unreadable.includes(path));
    for (const path of byDepth(readOnly.map(subpath => rebased(subpath, root, target)))) this.readOnly(path, root);
    const hidden = this.unreadable
      .map(path => rebased(path, root, target))
      .filter(path => isStrictlyUnder(path, target));
    for (const path of byDepth([...new Set(hidden)])) this.hide(path);
  }

  private readOnly(path: string, root: string): void {
    const why = `stays read-only below writable root ${root}`;
    this.refuseWritableLink(path, "enforce sandbox read-only path");
    const missing = this.firstMissing(path);
    if (missing !== null) this.blockMissing(missing, `${path} does not exist, and ${why}`);
    else if (this.isWritable(path)) this.steps.push({ op: "read-only", path, why });
  }

  private hide(path: string): void {
    this.refuseWritableLink(path, "enforce sandbox deny-read path");
    const missing = this.firstMissing(path);
    if (missing !== null) {
      this.blockMissing(missing, `${path} may not be read and does not exist`);
      return;
    }
    const why = "may not be read";
    if (this.fs.stat(path) !== "directory") {
      this.steps.push({ op: "hide-file", path, why });
      return;
    }
    const inside = byDepth(this.allowedWrite.filter(root => isStrictlyUnder(root, path)));
    this.steps.push({ op: "tmpfs", path, perms: inside.length > 0 ? "111" : "000", why });
    for (const root of inside) this.directories(path, root, `on the way to writable root ${root}`);
    this.steps.push({ op: "seal", path, why: "an empty folder stands in for it" });
  }

  private directories(above: string, last: string, why: string): void {
    for (const path of prefixesOf(last)) {
      if (isStrictlyUnder(path, above)) this.steps.push({ op: "directory", path, why });
    }
  }

  /** A missing path that could be created inside a writable root is occupied by an empty read-only file. */
  private blockMissing(path: string, why: string): void {
    const known = this.steps.some(step => step.op === "block-missing" && isUnder(path, step.path));
    if (this.isWritable(path) && !known) this.steps.push({ op: "block-missing", path, why });
  }

  private refuseWritableLink(path: string, what: string): void {
    const link = prefixesOf(path).find(at => this.isWritable(at) && this.fs.lstat(at) === "symlink");
    if (link === undefined) return;
    throw new SandboxError("writable_symlink", `cannot ${what} ${path} because it crosses writable symlink ${link}`);
  }

  private firstMissing(path: string): string | null {
    const isMissing = (at: string) => {
      const kind = this.fs.lstat(at);
      return kind === null || (kind === "file" && this.isPlaceholder(at));
    };
    return isMissing(path) ? (prefixesOf(path).find(isMissing) ?? null) : null;
  }

  /** A hidden folder has nothing left to hide below it, except where a writable root opens it again. */
  private isCoveredByFolder(path: string, folders: readonly string[]): boolean {
    return folders.some(
      folder =>
        isStrictlyUnder(path, folder) &&
        !this.allowedWrite.some(root => isStrictlyUnder(root, folder) && isUnder(path, root)),
    );
  }

  private isWritable(path: string): boolean {
    return this.allowedWrite.some(root => isUnder(path, root));
  }

  /** The canonical path when some component is a link, else the path as it is. */
  private realOf(path: string): string {
    return this.fs.realpath(path) ?? path;
  }
}

function rebased(subpath: string, root: string, target: string): string {
  return isUnder(subpath, root) ? rebase(subpath, root, target) : subpath;
}

import { applyChunks } from "./compute.ts";
import { ApplyPatchError } from "./errors.ts";
import { type PatchFs, PatchFsError } from "./patch-fs.ts";
import { parentOf, resolvePath } from "./path.ts";
import type { Hunk, Patch } from "./types.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

export interface ApplyPatchOptions {
  /** The absolute folder that relative paths of the patch start from. */
  cwd: string;
  fs: PatchFs;
  /** The home folder for `~/…`; absent means that `~` is an ordinary name. */
  home?: string | null;
  /** Looked at before each hunk; hunks already applied stay applied. */
  signal?: AbortSignal;
}

/** What a patch did, spelled as in the patch; each list in the patch's order, repeats kept. */
export interface AppliedPatch {
  added: string[];
  modified: string[];
  deleted: string[];
  /** The text the stand-alone program prints. */
  summary: string;
}

/** The report of a successful patch (section 5): added, modified, deleted. */
export function summarize(applied: Omit<AppliedPatch, "summary">): string {
  const lines = [
    ...applied.added.map(path => `A ${path}`),
    ...applied.modified.map(path => `M ${path}`),
    ...applied.deleted.map(path => `D ${path}`),
  ];
  return ["Success. Updated the following files:", ...lines, ""].join("\n");
}

/**
 * Applies a patch, hunk by hunk (section 5). There is no way back: what was done before a failing hunk stays done.
 * @throws ApplyPatchError `empty_patch`, `no_match`, `io`, `outside_root`; the signal's reason when it was aborted
 */
export async function applyPatch(patch: Patch, options: ApplyPatchOptions): Promise<AppliedPatch> {
  if (patch.hunks.length === 0) throw new ApplyPatchError("empty_patch", "No files were modified.");
  const applied = { added: [] as string[], modified: [] as string[], deleted: [] as string[] };
  for (const hunk of patch.hunks) {
    options.signal?.throwIfAborted();
    switch (hunk.type) {
      case "add":
        await writeWithParents(pathOf(hunk.path, options), encodeUtf8(hunk.content), options.fs);
        applied.added.push(hunk.path);
        break;
      case "delete":
        await deleteFile(pathOf(hunk.path, options), options.fs);
        applied.deleted.push(hunk.path);
        break;
      case "update":
        await updateFile(hunk, options);
        applied.modified.push(hunk.movePath ?? hunk.path);
        break;
    }
  }
  return { ...applied, summary: summarize(applied) };
}

function pathOf(path: string, options: ApplyPatchOptions): string {
  return resolvePath(options.cwd, path, options.home ?? null);
}

/** Runs a file operation; a failure becomes one with the given text, except that leaving the root says so itself. */
async function orFail<T>(message: (cause: string) => string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof PatchFsError && error.reason === "outside-root") throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new ApplyPatchError("io", message(cause));
  }
}

async function writeWithParents(path: string, bytes: Uint8Array, fs: PatchFs): Promise<void> {
  try {
    await fs.writeFile(path, bytes);
    return;
  } catch (error) {
    if (!(error instanceof PatchFsError) || error.reason !== "not-found") {
      return orFail(
        () => `Failed to write file ${path}`,
        () => Promise.reject(error),
      );
    }
  }
  const parent = parentOf(path);
  if (parent !== null) {
    await orFail(
      () => `Failed to create parent directories for ${path}`,
      () => fs.createDirectories(parent),
    );
  }
  await orFail(
    () => `Failed to write file ${path}`,
    () => fs.writeFile(path, bytes),
  );
}

async function deleteFile(path: string, fs: PatchFs): Promise<void> {
  await orFail(
    () => `Failed to delete file ${path}`,
    () => removeExistingFile(path, fs),
  );
}

/** Removes a file or a link; not a folder, and not a link that leads nowhere. */
async function removeExistingFile(path: string, fs: PatchFs): Promise<void> {
  const kind = await fs.kind(path);
  if (kind === null) throw new PatchFsError("not-found", "no such file");
  if (kind === "directory") throw new PatchFsError("other", "is a directory");
  await fs.removeFile(path);
}

/**
 * Reads a file that an update changes and works out its new text.
 * @throws ApplyPatchError `io`, `no_match`, `outside_root`
 */
export async function readUpdated(
  hunk: Extract<Hunk, { type: "update" }>,
  path: string,
  fs: PatchFs,
): Promise<{ before: string; after: string }> {
  const before = await orFail(
    cause => `Failed to read file to update ${path}: ${cause}`,
    async () => decodeUtf8(await fs.readFile(path)),
  );
  return { before, after: applyChunks(before, hunk.chunks, path) };
}

async function updateFile(hunk: Extract<Hunk, { type: "update" }>, options: ApplyPatchOptions): Promise<void> {
  const { fs } = options;
  const path = pathOf(hunk.path, options);
  const { after } = await readUpdated(hunk, path, fs);
  const destination = hunk.movePath === null ? path : pathOf(hunk.movePath, options);
  if (destination === path) {
    // A move onto itself is a plain update: removing "the original" would lose the file.
    await orFail(
      () => `Failed to write file ${path}`,
      () => fs.writeFile(path, encodeUtf8(after)),
    );
    return;
  }
  await writeWithParents(destination, encodeUtf8(after), fs);
  await orFail(
    () => `Failed to remove original ${path}`,
    () => removeExistingFile(path, fs),
  );
}

import { type PatchFs, PatchFsError, type RealPathFs } from "./patch-fs.ts";
import { below, parentOf } from "./path.ts";

/**
 * A file system that reaches nothing outside some folders. Links are followed before the decision, so a link inside
 * that leads outside is refused too; a file that does not exist yet counts where its nearest existing folder really is.
 * The check and the operation are two steps: against another process that swaps links meanwhile only a sandbox helps.
 * @param roots absolute, existing folders
 */
export function confinePatchFs(fs: RealPathFs, roots: readonly string[]): PatchFs {
  const check = async (path: string, followLast: boolean): Promise<void> => {
    const place = followLast ? await realPlace(fs, path) : await realPlaceOfEntry(fs, path);
    for (const root of roots) {
      const real = (await fs.realpath(root)) ?? root;
      if (place !== null && below(real, place) !== null) return;
    }
    throw new PatchFsError("outside-root", `${path} is outside of ${roots.join(", ")}`);
  };
  return {
    readFile: async path => {
      await check(path, true);
      return fs.readFile(path);
    },
    writeFile: async (path, bytes) => {
      await check(path, true);
      await fs.writeFile(path, bytes);
    },
    createDirectories: async path => {
      await check(path, true);
      await fs.createDirectories(path);
    },
    removeFile: async path => {
      await check(path, false);
      await fs.removeFile(path);
    },
    kind: async path => {
      await check(path, false);
      return fs.kind(path);
    },
  };
}

/** Where a path really is, all links followed. Null for a link that leads nowhere: nobody can tell where it would. */
async function realPlace(fs: RealPathFs, path: string): Promise<string | null> {
  const real = await fs.realpath(path);
  if (real !== null) return real;
  if (await fs.isLink(path)) return null;
  return realPlaceOfEntry(fs, path);
}

/** Where a path's own entry is: links of its folder followed, the last component as it is. */
async function realPlaceOfEntry(fs: RealPathFs, path: string): Promise<string | null> {
  const parent = parentOf(path);
  if (parent === null) return path;
  const folder = await realPlace(fs, parent);
  return folder === null ? null : `${folder === "/" ? "" : folder}${path.slice(parent === "/" ? 0 : parent.length)}`;
}

import type { PathFs, PathKind, PermissionContext } from "../src/index.ts";

export const W = "/home/u/work";
export const O = "/srv/outside";
export const H = "/home/u/.codex-home";

/** What a path of the made-up tree is: a folder, a file with its text, or a link. */
export type TreeNode = "dir" | { file: string } | { link: string };

/** A file system made of a table. Parents of listed paths exist as folders. */
export function tree(nodes: Record<string, TreeNode>): PathFs {
  const all = new Map<string, TreeNode>([["/", "dir"]]);
  for (const path of Object.keys(nodes)) {
    const parts = path.split("/");
    for (let count = 2; count < parts.length; count += 1) {
      const parent = parts.slice(0, count).join("/");
      if (!(parent in nodes)) all.set(parent, "dir");
    }
  }
  for (const [path, node] of Object.entries(nodes)) all.set(path, node);

  const follow = (path: string, hops = 0): string | null => {
    if (hops > 20) return null;
    let at = "";
    const parts = path.split("/").filter(part => part !== "");
    for (const [index, part] of parts.entries()) {
      if (part === "..") {
        at = at.slice(0, at.lastIndexOf("/"));
        continue;
      }
      const next = `${at}/${part}`;
      const node = all.get(next);
      if (node === undefined) return null;
      if (node !== "dir" && "link" in node) {
        const target = node.link.startsWith("/") ? node.link : `${at}/${node.link}`;
        return follow([target, ...parts.slice(index + 1)].join("/"), hops + 1);
      }
      at = next;
    }
    return at === "" ? "/" : at;
  };
  const kind = (node: TreeNode | undefined): PathKind | null => {
    if (node === undefined) return null;
    if (node === "dir") return "directory";
    return "link" in node ? "symlink" : "file";
  };
  return {
    lstat(path) {
      const cut = path.lastIndexOf("/");
      const parent = follow(path.slice(0, cut) || "/");
      if (parent === null) return null;
      return path === "/" ? "directory" : kind(all.get(`${parent === "/" ? "" : parent}${path.slice(cut)}`));
    },
    stat: path => kind(all.get(follow(path) ?? "missing")),
    realpath: path => follow(path),
    readText(path) {
      const node = all.get(follow(path) ?? "missing");
      return node !== undefined && node !== "dir" && "file" in node ? node.file : null;
    },
  };
}

/** A context in `W` with `/tmp` and no `$TMPDIR`. */
export function context(
  nodes: Record<string, TreeNode> = {},
  more: Partial<PermissionContext> = {},
): PermissionContext {
  return { cwd: W, tmpdir: null, fs: tree({ [W]: "dir", [O]: "dir", "/tmp": "dir", ...nodes }), ...more };
}

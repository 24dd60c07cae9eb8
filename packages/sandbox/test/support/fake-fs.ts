import type { PathFs, PathKind } from "@codex-ts/permissions";

/** A file system of exactly these paths (parents are folders). `links` lead from a path to another. */
export function fakeFs(tree: {
  directories?: readonly string[];
  files?: readonly string[];
  links?: Readonly<Record<string, string>>;
}): PathFs {
  const kinds = new Map<string, PathKind>([["/", "directory"]]);
  const links = tree.links ?? {};
  const add = (path: string, kind: PathKind) => {
    const parts = path.split("/").slice(1);
    for (let length = 1; length < parts.length; length++)
      kinds.set(`/${parts.slice(0, length).join("/")}`, "directory");
    kinds.set(path, kind);
  };
  for (const path of tree.directories ?? []) add(path, "directory");
  for (const path of tree.files ?? []) add(path, "file");
  for (const path of Object.keys(links)) add(path, "symlink");

  const follow = (path: string): string => {
    const link = Object.keys(links).find(at => path === at || path.startsWith(`${at}/`));
    return link === undefined ? path : follow((links[link] ?? "") + path.slice(link.length));
  };
  const parentOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
  return {
    lstat: path => kinds.get(path === "/" ? path : follow(parentOf(path)) + path.slice(parentOf(path).length)) ?? null,
    stat: path => kinds.get(follow(path)) ?? null,
    realpath: path => (kinds.has(follow(path)) ? follow(path) : null),
    readText: () => null,
  };
}

/** Pure helpers for normalised absolute POSIX paths. */

/** The components of an absolute path: `/a/b` -> ["a", "b"], `/` -> []. */
export function components(path: string): string[] {
  return path.split("/").filter(part => part !== "");
}

export function depthOf(path: string): number {
  return components(path).length;
}

/** Component-wise containment, the path itself included. */
export function isUnder(path: string, ancestor: string): boolean {
  if (ancestor === "/") return path.startsWith("/");
  return path === ancestor || path.startsWith(`${ancestor}/`);
}

export function isStrictlyUnder(path: string, ancestor: string): boolean {
  return path !== ancestor && isUnder(path, ancestor);
}

/** Every prefix of a path from the first component to the path itself; `/` gives none. */
export function prefixesOf(path: string): string[] {
  const found: string[] = [];
  let at = "";
  for (const part of components(path)) {
    at += `/${part}`;
    found.push(at);
  }
  return found;
}

export function parentOf(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? "/" : path.slice(0, cut);
}

/** Moves a path from below one directory to below another. */
export function rebase(path: string, from: string, to: string): string {
  if (from === to) return path;
  const rest = from === "/" ? path : path.slice(from.length);
  if (rest === "") return to;
  return to === "/" ? rest : to + rest;
}

export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Order of paths component by component, so that a folder and its contents stay together. */
export function comparePaths(left: string, right: string): number {
  const a = components(left);
  const b = components(right);
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compareBytes(a[index] ?? "", b[index] ?? "");
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Shallow paths first; paths of one depth keep their order. */
export function byDepth(paths: readonly string[]): string[] {
  return paths
    .map(path => ({ path, depth: depthOf(path) }))
    .sort((left, right) => left.depth - right.depth)
    .map(({ path }) => path);
}

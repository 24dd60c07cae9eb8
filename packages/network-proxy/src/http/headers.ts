/** Headers that speak of one connection only (section 5.1). */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "proxy-authenticate",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "te",
]);

/** Pairs of name and value in the order and spelling in which they came. */
export type HeaderPairs = [name: string, value: string][];

export function headerPairs(raw: readonly string[]): HeaderPairs {
  const pairs: HeaderPairs = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

/** What may be passed on: everything but connection headers, those that `Connection` names, and the given ones. */
export function forwardable(pairs: HeaderPairs, also: readonly string[] = []): HeaderPairs {
  const dropped = new Set([...hopByHop, ...also]);
  for (const [name, value] of pairs) {
    if (name.toLowerCase() !== "connection") continue;
    for (const listed of value.split(",")) {
      const header = listed.trim().toLowerCase();
      // Naming these must not change where a message goes or where it ends.
      if (header !== "host" && header !== "content-length") dropped.add(header);
    }
  }
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase()));
}

export function valuesOf(pairs: HeaderPairs, wanted: string): string[] {
  return pairs.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** One place at which two recordings differ. */
export interface Difference {
  /** `requests[1].body.input[3].content[0].text` */
  readonly path: string;
  /** undefined: missing. */
  readonly ours: unknown;
  readonly reference: unknown;
}

/** Every place at which two normalised values differ; a list of other length is compared as far as both go, and its length. */
export function differences(ours: unknown, reference: unknown, path = ""): Difference[] {
  if (Object.is(ours, reference)) return [];
  if (Array.isArray(ours) && Array.isArray(reference)) return listDifferences(ours, reference, path);
  if (isObject(ours) && isObject(reference)) {
    const names = new Set([...Object.keys(reference), ...Object.keys(ours)]);
    return [...names].flatMap(name => differences(ours[name], reference[name], path === "" ? name : `${path}.${name}`));
  }
  return [{ path, ours, reference }];
}

/** Lists are aligned at their common start and end, so that one entry too many is one difference and not a hundred. */
function listDifferences(ours: readonly unknown[], reference: readonly unknown[], path: string): Difference[] {
  if (ours.length === reference.length) {
    return ours.flatMap((entry, index) => differences(entry, reference[index], `${path}[${index}]`));
  }
  let start = 0;
  while (start < ours.length && start < reference.length && equal(ours[start], reference[start])) start++;
  let end = 0;
  const room = Math.min(ours.length, reference.length) - start;
  while (end < room && equal(ours[ours.length - 1 - end], reference[reference.length - 1 - end])) end++;
  const extra = {
    ours: ours.slice(start, ours.length - end),
    reference: reference.slice(start, reference.length - end),
  };
  return [{ path: `${path}[${start}…]`, ...extra }];
}

function equal(a: unknown, b: unknown): boolean {
  return differences(a, b).length === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

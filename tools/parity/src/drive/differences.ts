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

/** Lists of other lengths are aligned by what they have in common, so that one entry too many is one difference and not a hundred. */
function listDifferences(ours: readonly unknown[], reference: readonly unknown[], path: string): Difference[] {
  if (ours.length === reference.length) {
    return ours.flatMap((entry, index) => differences(entry, reference[index], `${path}[${index}]`));
  }
  const found: Difference[] = [];
  let [a, b] = [0, 0];
  for (const [nextA, nextB] of [...common(ours, reference), [ours.length, reference.length] as const]) {
    const [extra, missing] = [ours.slice(a, nextA), reference.slice(b, nextB)];
    if (extra.length === missing.length) {
      for (const [index, entry] of extra.entries())
        found.push(...differences(entry, missing[index], `${path}[${b + index}]`));
    } else found.push({ path: `${path}[${b}…]`, ours: extra, reference: missing });
    [a, b] = [nextA + 1, nextB + 1];
  }
  return found;
}

/** Index pairs of a longest common subsequence. */
function common(a: readonly unknown[], b: readonly unknown[]): [number, number][] {
  const [left, right] = [a, b].map(list => list.map(entry => JSON.stringify(entry))) as [string[], string[]];
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        left[i] === right[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) pairs.push([i++, j++]);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

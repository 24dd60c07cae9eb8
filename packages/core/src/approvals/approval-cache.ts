/** What a person approved for the whole session, by keys that say exactly what was approved. */
export class ApprovalCache {
  private readonly approved = new Set<string>();

  /** True when every key was approved before (and there is at least one). */
  covers(keys: readonly string[]): boolean {
    return keys.length > 0 && keys.every(key => this.approved.has(key));
  }

  add(keys: readonly string[]): void {
    for (const key of keys) this.approved.add(key);
  }
}

/** A key that is equal for equal values, whatever the order of their members. */
export function cacheKey(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

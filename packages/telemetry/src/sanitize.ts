const LONGEST_TAG = 256;

/**
 * The value of a metric's tag: letters, digits and `._/-`; everything else becomes `_`, which is cut off at both ends. What has neither
 * letter nor digit is `unspecified`. Spec: analytics, C1.
 */
export function tagValue(value: string): string {
  const clean = value.replace(/[^A-Za-z0-9._/-]/gu, "_").replace(/^_+|_+$/g, "");
  if (!/[A-Za-z0-9]/.test(clean)) return "unspecified";
  return clean.slice(0, LONGEST_TAG);
}

/** Whether a metric can have this name. */
export function isMetricName(name: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(name);
}

/** Whether a tag of a metric can have this name. */
export function isTagName(name: string): boolean {
  return /^[A-Za-z0-9._/-]+$/.test(name);
}

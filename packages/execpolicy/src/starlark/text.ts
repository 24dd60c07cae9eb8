const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text, one entry a code point. */
export function codePoints(text: string): readonly string[] {
  return SURROGATE.test(text) ? [...text] : text.split("");
}

/** The number of characters. */
export function textLength(text: string): number {
  return SURROGATE.test(text) ? [...text].length : text.length;
}

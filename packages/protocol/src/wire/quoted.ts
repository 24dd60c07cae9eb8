const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
  '"': '\\"',
  "\\": "\\\\",
};

/** What does not show by itself. */
const HIDDEN = /["\\\p{C}\p{Zl}\p{Zp}\p{Grapheme_Extend}]|(?! )\p{Zs}/gu;

/** The text in double quotes as error texts show it: what would not be seen is written as an escape. */
export function quoted(text: string): string {
  const body = text.replace(
    HIDDEN,
    character => NAMED[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${body}"`;
}

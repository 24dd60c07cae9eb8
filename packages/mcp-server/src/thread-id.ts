const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Why a text is no id of a conversation; null: it is one. */
export function whyNoThreadId(text: string): string | null {
  if (HYPHENATED.test(text)) return null;
  const characters = [...text];
  const wrong = characters.findIndex(character => !/[0-9a-fA-F-]/.test(character));
  if (wrong !== -1) {
    return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${characters[wrong]}\` at ${wrong + 1}`;
  }
  const groups = text.split("-");
  if (groups.length === 1) return `invalid length: expected length 32 for simple format, found ${text.length}`;
  if (groups.length !== 5) return `invalid group count: expected 5, found ${groups.length}`;
  const lengths = [8, 4, 4, 4, 12];
  const group = groups.findIndex((part, index) => part.length !== lengths[index]);
  return `invalid group length in group ${group}: expected ${lengths[group]}, found ${groups[group]?.length ?? 0}`;
}

const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING = 0x3d;

/** What six bits each byte stands for, -1 for bytes that are no symbol. */
const SIX_BITS = Int8Array.from({ length: 256 }, (_, byte) => SYMBOLS.indexOf(String.fromCharCode(byte)));

/**
 * Reads standard base64 with its padding.
 * @returns the bytes, or what is wrong with the text, in the words (and offsets) that clients know
 */
export function readBase64(text: string): Buffer | string {
  const input = Buffer.from(text);
  return fault(input) ?? Buffer.from(text, "base64");
}

/** A byte too many is looked at first: it is often a line break. Then come the groups of four in their order. */
function fault(input: Buffer): string | null {
  const over = input.length % 4;
  const last = input.length - 1;
  if (over === 1 && input[last] !== PADDING && SIX_BITS[input[last]!]! < 0) return wrong("symbol", input, last);
  const lastGroup = Math.max(0, input.length - (over === 0 ? 4 : over));
  for (let index = 0; index < lastGroup; index++) {
    if (SIX_BITS[input[index]!]! < 0) return wrong("symbol", input, index);
  }
  return faultOfLastGroup(input, lastGroup);
}

/** Only the last group may be padded, from its third place on. */
function faultOfLastGroup(input: Buffer, start: number): string | null {
  let end = start;
  while (end < input.length && SIX_BITS[input[end]!]! >= 0) end++;
  const symbols = end - start;
  if (end < input.length && (input[end] !== PADDING || symbols < 2)) return wrong("symbol", input, end);
  if (input.subarray(end).some(byte => byte !== PADDING)) return wrong("symbol", input, end);
  if (symbols === 0) return null;
  if (symbols === 1) return `Invalid input length: ${end}`;
  if ((input.length - start) % 4 !== 0) return "Invalid padding";
  const loose = symbols === 2 ? 0x0f : symbols === 3 ? 0x03 : 0;
  return (SIX_BITS[input[end - 1]!]! & loose) === 0 ? null : wrong("last symbol", input, end - 1);
}

function wrong(what: string, input: Buffer, index: number): string {
  return `Invalid ${what} ${input[index]}, offset ${index}.`;
}

import { PatchFsError } from "./patch-fs.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Decodes bytes that must be UTF-8; a byte-order mark stays part of the text.
 * @throws PatchFsError whose text says where the first wrong byte is
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new PatchFsError("other", describeInvalidUtf8(bytes));
  }
}

/** The text of bytes, or null when they are not UTF-8. */
export function decodeUtf8OrNull(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The range of the second byte of a sequence, which is what rules out overlong forms and surrogates. */
function secondByteRange(first: number): readonly [low: number, high: number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

function describeInvalidUtf8(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(first);
    if (length === 0) return invalidSequence(1, at);
    for (let offset = 1; offset < length; offset += 1) {
      const byte = bytes[at + offset];
      if (byte === undefined) return `incomplete utf-8 byte sequence from index ${at}`;
      const [low, high] = offset === 1 ? secondByteRange(first) : [0x80, 0xbf];
      if (byte < low || byte > high) return invalidSequence(offset, at);
    }
    at += length;
  }
  return invalidSequence(1, at);
}

function invalidSequence(length: number, index: number): string {
  return `invalid utf-8 sequence of ${length} bytes from index ${index}`;
}

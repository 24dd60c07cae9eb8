/** Thrown when piped bytes are not text; the message says what they look like and what to do. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly code = "stdin_decode_failed";
}

/**
 * Decodes a prompt that was piped in: UTF-8 (with or without byte order mark), or UTF-16 by its byte order mark.
 * Source: command line, "Prompt and stdin".
 * @throws DecodeError for UTF-32 and for bytes that are not valid in their encoding
 */
export function decodePrompt(bytes: Uint8Array): string {
  const starts = (...mark: number[]): boolean => mark.every((byte, index) => bytes[index] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return decodeUtf8(bytes.subarray(3));
  if (starts(0xff, 0xfe, 0x00, 0x00)) throw utf32("UTF-32LE");
  if (starts(0x00, 0x00, 0xfe, 0xff)) throw utf32("UTF-32BE");
  if (starts(0xff, 0xfe)) return decodeUtf16(bytes.subarray(2), "UTF-16LE");
  if (starts(0xfe, 0xff)) return decodeUtf16(bytes.subarray(2), "UTF-16BE");
  return decodeUtf8(bytes);
}

function utf32(name: string): DecodeError {
  return new DecodeError(`input appears to be ${name}. Convert it to UTF-8 and retry.`);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    throw new DecodeError(
      `input is not valid UTF-8 (invalid byte at offset ${offset}). Convert it to UTF-8 and retry (e.g., \`iconv -f <ENC> -t UTF-8 prompt.txt\`).`,
    );
  }
}

function decodeUtf16(bytes: Uint8Array, name: "UTF-16LE" | "UTF-16BE"): string {
  try {
    return new TextDecoder(name.toLowerCase(), { fatal: true }).decode(bytes);
  } catch {
    throw new DecodeError(`input looked like ${name} but could not be decoded. Convert it to UTF-8 and retry.`);
  }
}

/** The offset of the first byte that no longer belongs to valid UTF-8. */
function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  const validUpTo = (end: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (validUpTo(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

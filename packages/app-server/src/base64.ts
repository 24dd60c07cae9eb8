const SYMBOL = /[A-Za-z0-9+/]/;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Reads standard base64 with its padding.
 * @returns the bytes, or what is wrong with the text, in the words that clients know
 */
export function readBase64(text: string): Buffer | string {
  const end = text.indexOf("=");
  const symbols = end === -1 ? text : text.slice(0, end);
  for (let index = 0; index < symbols.length; index++) {
    if (!SYMBOL.test(symbols[index]!)) return wrong("symbol", symbols, index);
  }
  const padding = text.length - symbols.length;
  const over = symbols.length % 4;
  for (let index = symbols.length; index < text.length; index++) {
    // Padding fills a group of four that has begun, and nothing follows it.
    if (text[index] !== "=" || over < 2 || index - symbols.length >= 4 - over) return wrong("symbol", text, index);
  }
  if (over === 1) return `Invalid input length: ${text.length}`;
  if ((over + padding) % 4 !== 0) return "Invalid padding";
  const loose = over === 2 ? 0x0f : over === 3 ? 0x03 : 0;
  if (loose !== 0 && (ALPHABET.indexOf(symbols.at(-1)!) & loose) !== 0) {
    return wrong("last symbol", symbols, symbols.length - 1);
  }
  return Buffer.from(text, "base64");
}

function wrong(what: string, text: string, index: number): string {
  return `Invalid ${what} ${text.charCodeAt(index)}, offset ${index}.`;
}

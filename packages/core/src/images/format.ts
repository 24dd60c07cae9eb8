/** Formats in which models take images. */
export type ImageFormat = "png" | "jpeg" | "gif" | "webp";

/** What the first bytes of an image file say. */
export interface ImageFacts {
  format: ImageFormat;
  width: number;
  height: number;
  /** The file's frame holds together from its first byte to its last. */
  whole: boolean;
}

/** Reads format and size from a file's own marks; null when it is none of the formats or says no size. */
export function imageFacts(bytes: Uint8Array): ImageFacts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return pngFacts(view) ?? jpegFacts(view) ?? gifFacts(view) ?? webpFacts(view);
  } catch (error) {
    // It ends before it has said its size.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function pngFacts(view: DataView): ImageFacts | null {
  if (!startsWith(view, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return null;
  return { format: "png", width: view.getUint32(16), height: view.getUint32(20), whole: pngEnds(view) };
}

/** Follows the chunks: length, name, data, checksum, up to the end mark. */
function pngEnds(view: DataView): boolean {
  let at = 8;
  while (at + 12 <= view.byteLength) {
    const name = latin1(view, at + 4, 4);
    at += 12 + view.getUint32(at);
    if (name === "IEND") return at <= view.byteLength;
  }
  return false;
}

function jpegFacts(view: DataView): ImageFacts | null {
  if (!startsWith(view, [0xff, 0xd8, 0xff])) return null;
  let at = 2;
  for (;;) {
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    // Start of a frame: all of C0 to CF but the tables among them.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const whole = endsWith(view, [0xff, 0xd9]);
      return { format: "jpeg", width: view.getUint16(at + 5), height: view.getUint16(at + 3), whole };
    }
    at += view.getUint16(at);
    if (view.getUint8(at) !== 0xff) return null;
  }
}

function gifFacts(view: DataView): ImageFacts | null {
  if (!startsWith(view, [0x47, 0x49, 0x46, 0x38])) return null;
  return { format: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true), whole: true };
}

function webpFacts(view: DataView): ImageFacts | null {
  if (!startsWith(view, [0x52, 0x49, 0x46, 0x46]) || latin1(view, 8, 4) !== "WEBP") return null;
  const whole = view.byteLength >= 8 + view.getUint32(4, true);
  const size = webpSize(view);
  return size === null ? null : { format: "webp", ...size, whole };
}

function webpSize(view: DataView): { width: number; height: number } | null {
  switch (latin1(view, 12, 4)) {
    case "VP8 ":
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return null;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

function startsWith(view: DataView, signature: readonly number[]): boolean {
  return view.byteLength >= signature.length && signature.every((byte, at) => view.getUint8(at) === byte);
}

function endsWith(view: DataView, signature: readonly number[]): boolean {
  const from = view.byteLength - signature.length;
  return from >= 0 && signature.every((byte, at) => view.getUint8(from + at) === byte);
}

function latin1(view: DataView, at: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint8(at + i));
  return text;
}

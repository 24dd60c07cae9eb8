const MIME_BY_FORMAT = { png: "image/png", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" } as const;

export type ImageFormat = keyof typeof MIME_BY_FORMAT;

/** Tells an image's format by its first bytes; null when it is none of those a model takes. */
export function imageFormat(bytes: Uint8Array): ImageFormat | null {
  const starts = (...signature: number[]) => signature.every((byte, index) => bytes[index] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0x47, 0x49, 0x46, 0x38)) return "gif";
  const riff = starts(0x52, 0x49, 0x46, 0x46);
  if (riff && Buffer.from(bytes.subarray(8, 12)).toString("latin1") === "WEBP") return "webp";
  return null;
}

/** An image file as a data URL, bytes unchanged. Throws when the bytes are no image of a known format. */
export function imageDataUrl(bytes: Uint8Array): string {
  const format = imageFormat(bytes);
  if (format === null) throw new Error("not a PNG, JPEG, GIF or WebP image");
  return `data:${MIME_BY_FORMAT[format]};base64,${Buffer.from(bytes).toString("base64")}`;
}

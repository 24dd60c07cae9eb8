import { extname } from "node:path";
import { type ImageFacts, imageFacts, type ImageFormat } from "./format.ts";

/** Models look at images of at most this width and height, in pixels; larger ones are made to fit. */
export const MAX_IMAGE_SIDE = 2048;

/** Images with more pixels are refused before they are decoded: each pixel takes four bytes. */
const MAX_PIXELS = 1 << 27;

/** A file that is no image which a model could see. Its message is what the model is told. */
export class UnreadableImage extends Error {}

/**
 * An image file as a data URL for a model. Images beyond 2048 pixels are scaled down with their proportions kept, unless they are to go out
 * at their own size; everything else but a GIF, whose first picture goes out, keeps its bytes. Throws `UnreadableImage`.
 *
 * @param path where the file is: its ending names the kind in the error
 */
export async function modelImage(
  bytes: Uint8Array,
  { path, ownSize = false }: { path: string; ownSize?: boolean },
): Promise<string> {
  const facts = imageFacts(bytes);
  if (facts === null || facts.width * facts.height > MAX_PIXELS) throw unreadable(path);
  const size = ownSize ? null : fittingSize(facts);
  if (size === null && facts.whole && facts.format !== "gif") return dataUrl(facts.format, bytes);
  const format = facts.format === "gif" ? "png" : facts.format;
  return dataUrl(format, await redrawn(bytes, size, format, path));
}

/** Width and height that fit, in the same proportion; null when the image fits as it is. */
export function fittingSize({ width, height }: Pick<ImageFacts, "width" | "height">): {
  width: number;
  height: number;
} | null {
  if (width <= MAX_IMAGE_SIDE && height <= MAX_IMAGE_SIDE) return null;
  const scale = Math.min(MAX_IMAGE_SIDE / width, MAX_IMAGE_SIDE / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function redrawn(
  bytes: Uint8Array,
  size: { width: number; height: number } | null,
  format: Exclude<ImageFormat, "gif">,
  path: string,
): Promise<Uint8Array> {
  // The codec is two megabytes that most sessions never need.
  const { redraw } = await import("./codec.ts");
  try {
    return redraw(bytes, size, format);
  } catch {
    throw unreadable(path);
  }
}

function dataUrl(format: ImageFormat, bytes: Uint8Array): string {
  return `data:image/${format};base64,${Buffer.from(bytes).toString("base64")}`;
}

const KIND_BY_ENDING: Readonly<Record<string, string>> = {
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".css": "text/css",
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".heic": "image/heic",
  ".htm": "text/html",
  ".html": "text/html",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".json": "application/json",
  ".md": "text/markdown",
  ".mp4": "video/mp4",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".txt": "text/plain",
  ".webp": "image/webp",
  ".xml": "text/xml",
  ".zip": "application/zip",
};

function unreadable(path: string): UnreadableImage {
  return new UnreadableImage(`unsupported image \`${KIND_BY_ENDING[extname(path).toLowerCase()] ?? "unknown"}\``);
}

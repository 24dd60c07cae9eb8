import { PhotonImage, resize, SamplingFilter } from "@silvia-odwyer/photon-node";
import type { ImageFormat } from "./format.ts";

/** Quality of JPEG files that are written anew, of 100. */
const JPEG_QUALITY = 85;

/** Decodes an image, brings it to a size, and encodes it. Throws when the bytes cannot be decoded. */
export function redraw(
  bytes: Uint8Array,
  size: { width: number; height: number } | null,
  format: Exclude<ImageFormat, "gif">,
): Uint8Array {
  const image = PhotonImage.new_from_byteslice(bytes);
  try {
    if (size === null) return encode(image, format);
    const scaled = resize(image, size.width, size.height, SamplingFilter.Triangle);
    try {
      return encode(scaled, format);
    } finally {
      scaled.free();
    }
  } finally {
    image.free();
  }
}

function encode(image: PhotonImage, format: Exclude<ImageFormat, "gif">): Uint8Array {
  switch (format) {
    case "png":
      return image.get_bytes();
    case "jpeg":
      return image.get_bytes_jpeg(JPEG_QUALITY);
    case "webp":
      return image.get_bytes_webp();
  }
}

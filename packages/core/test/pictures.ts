import { createRequire } from "node:module";
import { crc32, deflateSync } from "node:zlib";

/** A PNG file of one colour. */
export function png(width: number, height: number): Buffer {
  const row = Buffer.alloc(1 + width * 3, 0x66);
  row[0] = 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.concat(Array<Buffer>(height).fill(row)));
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

/** The same in another format. */
export function picture(format: "jpeg" | "webp", width: number, height: number): Buffer {
  const codec = createRequire(import.meta.url)("@silvia-odwyer/photon-node") as {
    PhotonImage: {
      new_from_byteslice(bytes: Uint8Array): { get_bytes_jpeg(n: number): Uint8Array; get_bytes_webp(): Uint8Array };
    };
  };
  const image = codec.PhotonImage.new_from_byteslice(png(width, height));
  return Buffer.from(format === "jpeg" ? image.get_bytes_jpeg(80) : image.get_bytes_webp());
}

export const ONE_PIXEL_GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

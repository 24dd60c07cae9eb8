import * as zlib from "node:zlib";

type Compress = (bytes: Uint8Array, options: { params: Record<number, number> }) => Buffer;

/** zstd at level 3, or null where this Node has no zstd (before 22.15): the request then goes out as it stands. */
export function compressZstd(text: string): Uint8Array | null {
  const compress: unknown = "zstdCompressSync" in zlib ? zlib.zstdCompressSync : undefined;
  const constants: Record<string, number> = { ...zlib.constants };
  const level = constants.ZSTD_c_compressionLevel;
  if (typeof compress !== "function" || level === undefined) return null;
  return (compress as Compress)(Buffer.from(text), { params: { [level]: 3 } });
}

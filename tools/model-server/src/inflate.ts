import * as zlib from "node:zlib";

/** The text of a request body, decompressed when its encoding is known. `zstd` needs a Node that has it (22.15). */
export function inflate(body: Buffer, encoding: string | undefined): string {
  switch (encoding) {
    case "gzip":
      return zlib.gunzipSync(body).toString("utf8");
    case "zstd": {
      const decompress = "zstdDecompressSync" in zlib ? zlib.zstdDecompressSync : undefined;
      if (typeof decompress !== "function") throw new Error("This Node cannot decompress zstd: use 22.15 or later.");
      return (decompress as (bytes: Buffer) => Buffer)(body).toString("utf8");
    }
    default:
      return body.toString("utf8");
  }
}

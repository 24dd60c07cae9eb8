import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFoldersSync } from "@codex-ts/apply-patch/node";

/** Where the images that a model's server made for a thread are kept. */
export function generatedImagesFolder(codexHome: string, threadId: string): string {
  return join(codexHome, "generated_images", safeName(threadId));
}

/**
 * Keeps an image that the server made: `result` is its base64. Returns the file's path; null when `result` is no base64 or empty. Throws the
 * system's error when it cannot be written.
 */
export function saveGeneratedImage(folder: string, id: string, result: string): string | null {
  const bytes = decodeBase64(result);
  if (bytes === null) return null;
  const path = join(folder, `${safeName(id) || "generated_image"}.png`);
  createFoldersSync(folder);
  writeFileSync(path, bytes);
  return path;
}

/** The server chooses the id: nothing of it may lead out of the folder. */
function safeName(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 200);
}

function decodeBase64(text: string): Buffer | null {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(trimmed)) return null;
  return Buffer.from(trimmed, "base64");
}

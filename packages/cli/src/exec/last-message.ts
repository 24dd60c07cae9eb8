import { lstat, open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { CliError } from "../errors.ts";

/**
 * Writes the final message of a completed turn, without a newline at the end: a temporary file beside the target,
 * flushed to disk, then renamed.
 * @param note gets the one-line warning when there was no message and the file is left empty
 */
export async function writeLastMessage(
  file: string,
  message: string | undefined,
  note: (line: string) => void,
): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    // A pipe, a terminal or a link is written through, not replaced.
    const existing = await lstat(file).catch(() => undefined);
    if (existing !== undefined && !existing.isFile()) {
      await writeFile(file, message ?? "");
      return;
    }
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(message ?? "");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new CliError(`Failed to write the last message to ${file}: ${osErrorText(error)}`);
  }
  if (message === undefined) note(`Warning: no last agent message; wrote empty content to ${file}`);
}

import { readFile } from "node:fs/promises";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import type { Env } from "../providers/builtin.ts";
import { streamError } from "../errors.ts";

/** The file of server-sent events that is played in place of every answer of the model; null: the provider is asked (spec, config section 16). */
export function replayedFile(env: Env): string | null {
  return env["CODEX_RS_SSE_FIXTURE"] || null;
}

/**
 * Its bytes as a server would send them. Each line is an event of its own, as in the reference: such files need no blank lines.
 * @throws {ModelError} it cannot be read
 */
export async function* replayed(file: string): AsyncGenerator<Uint8Array> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw streamError(osErrorText(error));
  }
  yield new TextEncoder().encode(text.replace(/\r?\n|$/g, "\n\n"));
}

// Reads a rollout file line by line and says what was done in it.
//   node read-rollout.js ~/.codex/sessions/2026/01/01/rollout-….jsonl
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { DecodeError, decode } from "@codex-ts/protocol";
import { RolloutLine } from "@codex-ts/protocol/core";

export interface Summary {
  readonly cwd: string | null;
  readonly userMessages: readonly string[];
  readonly commands: readonly string[];
  /** Lines that are no rollout lines, or of a newer program. */
  readonly skipped: number;
}

function parse(line: string): RolloutLine | null {
  try {
    return decode(RolloutLine, JSON.parse(line));
  } catch (error) {
    if (error instanceof DecodeError || error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}

export async function summarize(file: string): Promise<Summary> {
  let cwd: string | null = null;
  let skipped = 0;
  const userMessages: string[] = [];
  const commands: string[] = [];
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = parse(text);
    if (line === null) {
      skipped += 1;
    } else if (line.type === "session_meta") {
      cwd = line.payload.cwd;
    } else if (line.type === "event_msg" && line.payload.type === "user_message") {
      userMessages.push(line.payload.message);
    } else if (line.type === "response_item" && line.payload.type === "function_call") {
      commands.push(`${line.payload.name} ${line.payload.arguments}`);
    }
  }
  return { cwd, userMessages, commands, skipped };
}

import type { Json } from "@codex-ts-tools/model-server";
import { scenario, type Setting } from "../core/stage.ts";
import type { Drive } from "../drive/drive.ts";
import type { Message } from "../drive/wire.ts";
import type { Scenario } from "../drive/scenario.ts";

export { scenario };

/** Params that may name the folders of the run. */
export type Params = Json | ((drive: Drive) => Json);
/** `[what is asked, method, params]` */
export type Ask = readonly [name: string, method: string, params?: Params];

/** A scenario that asks these things one after another and compares the answers and what is told meanwhile. */
export function asking(name: string, asks: readonly Ask[], setting: Partial<Setting> = {}): Scenario {
  return scenario(name, { script: ["ok"], ...setting }, async drive => {
    await askAll(drive, asks);
    // What the last answer brings with it may follow it.
    await drive.pause(100);
  });
}

export async function askAll(drive: Drive, asks: readonly Ask[]): Promise<void> {
  for (const [name, method, params] of asks) {
    await drive.note(name, method, typeof params === "function" ? params(drive) : (params ?? {}));
  }
}

/** The id of the thread in an answer; an id that no thread has when there is none. */
export function threadOf(answer: Message): string {
  const thread = answer.result?.["thread"] as Json | undefined;
  return String(thread?.["id"] ?? UNKNOWN_THREAD);
}

export const UNKNOWN_THREAD = "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed";

export const text = (words: string) => [{ type: "text", text: words }];
export const base64 = (words: string) => Buffer.from(words).toString("base64");

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "tsup";
import { afterTest } from "@codex-ts-tools/build/cleanups";
import type { NewThreadMeta, RolloutItem } from "../src/index.ts";

/** A fresh folder that goes away after the test. */
export function freshHome(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "codex-ts-store-"));
  afterTest(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let counter = 0;

/** A version 7 thread id made at `time`; ids made later in a test are larger. */
export function threadId(time: number = Date.now()): string {
  const hex = time.toString(16).padStart(12, "0");
  const tail = (++counter).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${tail}`;
}

export function meta(id: string, more: Partial<NewThreadMeta> = {}): NewThreadMeta {
  return {
    id,
    cwd: "/work",
    originator: "test",
    cli_version: "0.125.0",
    source: "cli",
    model_provider: "mock",
    base_instructions: { text: "be brief" },
    ...more,
  };
}

export const event = (type: string, members: object = {}): RolloutItem => ({
  type: "event_msg",
  payload: { type, ...members },
});

export const said = (text: string): RolloutItem =>
  event("user_message", { message: text, images: [], local_images: [], text_elements: [] });

export const userItem = (text: string): RolloutItem => ({
  type: "response_item",
  payload: { type: "message", role: "user", content: [{ type: "input_text", text }] },
});

/** A program for a process of its own, with `JsonlThreadStore` at hand. Returns the path of the built file. */
export async function program(folder: string, name: string, body: string): Promise<string> {
  const store = path.join(import.meta.dirname, "../src/index.ts");
  const entry = path.join(folder, `${name}.ts`);
  writeFileSync(entry, `import { JsonlThreadStore } from ${JSON.stringify(store)};\n${body}\nexport {};\n`);
  // Libraries outside the built file are looked for from where it lies.
  const out = path.join(import.meta.dirname, "../node_modules/.test-programs", path.basename(folder), name);
  afterTest(() => rmSync(path.dirname(out), { recursive: true, force: true }));
  await build({
    config: false,
    entry: [entry],
    outDir: out,
    format: ["esm"],
    target: "node20",
    silent: true,
    external: ["libsql"],
    clean: false,
    outExtension: () => ({ js: ".mjs" }),
  });
  return path.join(out, `${name}.mjs`);
}

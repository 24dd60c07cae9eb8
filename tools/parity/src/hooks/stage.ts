import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Script } from "@codex-ts-tools/model-server";
import { scenario, type Setting } from "../core/stage.ts";
import type { Drive } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";

/** A handler as it stands in a hooks.json, or a command alone. */
export type Written =
  | string
  | { type?: string; command?: string; timeout?: number; statusMessage?: string; async?: boolean };
/** Handlers of an event; with a matcher under `matcher`. */
export type Group = Written | readonly Written[] | { matcher: string; hooks: readonly Written[] };
export type Hooks = Readonly<Record<string, readonly Group[]>>;

/** The text of a hooks.json. Commands find the session's folder in `$CODEX_HOME`. */
export function hooksFile(hooks: Hooks): string {
  return JSON.stringify({
    hooks: Object.fromEntries(Object.entries(hooks).map(([event, groups]) => [event, groups.map(groupOf)])),
  });
}

function groupOf(group: Group): object {
  if (typeof group === "object" && "matcher" in group) {
    return { matcher: group.matcher, hooks: group.hooks.map(handlerOf) };
  }
  const handlers = Array.isArray(group) ? (group as readonly Written[]) : [group as Written];
  return { hooks: handlers.map(handlerOf) };
}

function handlerOf(handler: Written): object {
  const written = typeof handler === "string" ? { command: handler } : handler;
  const { command } = written;
  return { type: "command", ...written, ...(command === undefined ? {} : { command: reading(command) }) };
}

/** A handler that ends before its input is written fails in the reference, or not, as chance has it: ours here read theirs first. */
function reading(command: string): string {
  return command.trim() === "" || /\b(cat|grep)\b/.test(command) ? command : `cat > /dev/null; ${command}`;
}

/** A command that prints this object. */
export function says(value: unknown): string {
  return `printf '%s' '${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
}

/** An event's own part of an output. */
export function specific(hookEventName: string, fields: object): object {
  return { hookSpecificOutput: { hookEventName, ...fields } };
}

/** A command that keeps what it reads, one object a line, in the session's folder. */
export const SEEN = 'cat >> "$CODEX_HOME/seen"; echo >> "$CODEX_HOME/seen"';

/** Runs `then` the first time only. */
export function firstTime(then: string, mark = "once"): string {
  return `if [ ! -e "$CODEX_HOME/${mark}" ]; then touch "$CODEX_HOME/${mark}"; ${then}; fi`;
}

export interface HookSetting extends Partial<Setting> {
  hooks?: Hooks;
  script?: Script;
}

/** A scenario whose user has these hooks; afterwards what handlers read is noted under `seen`. */
export function hooked(name: string, setting: HookSetting, play: (drive: Drive) => Promise<void>): Scenario {
  const { hooks, files = {}, script = ["one", "two", "three"], ...rest } = setting;
  const home = hooks === undefined ? {} : { "home/hooks.json": hooksFile(hooks) };
  return scenario(name, { script, timeoutMs: 90_000, ...rest, files: { ...home, ...files } }, async drive => {
    await play(drive);
    const seen = await readFile(path.join(drive.place.home, "seen"), "utf8").catch(() => "");
    drive.notes["seen"] = seen.split("\n").filter(line => line !== "");
  });
}

/** One command of the model's, and an answer. */
export function shell(command: string, more: object = {}): Script {
  return call("shell_command", { command, ...more });
}

export function call(name: string, args: object): Script {
  return [
    { items: [{ type: "function_call", name, arguments: JSON.stringify(args), call_id: "c1" }] },
    "done",
  ] as Script;
}

/** A person who is asked before commands run. */
export const ASKING = 'sandbox_mode = "danger-full-access"\napproval_policy = "untrusted"';

/** One thread and one prompt; the person answers like this. */
export function answered(decision: unknown, text = "go"): (drive: Drive) => Promise<void> {
  return async drive => {
    drive.answer = () => ({ result: { decision } });
    const thread = await drive.thread();
    await drive.turn(thread, text);
  };
}

import type { HookSource } from "@codex-ts/protocol";
import { quoted } from "@codex-ts/protocol/rpc";
import { EVENT_WORDS, HOOK_EVENTS } from "../events/names.ts";
import { DEFAULT_TIMEOUT_SEC, type HookHandler } from "../handler.ts";
import { compileMatcher, type Matcher, MatcherError } from "../matcher.ts";
import { trimmed } from "../text.ts";
import { floatPaths, locateJson, positionAt, repeatedMembers, syntaxErrorOffset } from "./json-position.ts";
import { HookShapeError, isKnownMember, parseHooksFile, type WrittenHandler, type WrittenHooks } from "./parse.ts";

/** Where handlers come from, and whose they are. */
export interface SourceFacts {
  readonly source: HookSource;
  readonly sourcePath: string;
  readonly isManaged: boolean;
}

/** Handlers without their number. */
export type UnnumberedHandler = Omit<HookHandler, "displayOrder">;

/**
 * Reads the text of a hooks.json.
 * @throws HookShapeError whose message names the key and the place (`hooks.Stop: … at line 1 column 18`)
 */
export function parseHooksJson(text: string): WrittenHooks {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { line, column } = positionAt(text, syntaxErrorOffset(text));
    throw new HookShapeError(`${syntaxReason(error)} at line ${line} column ${column}`, []);
  }
  let written: WrittenHooks;
  try {
    written = parseHooksFile(value, floatPaths(text, "timeout"));
  } catch (error) {
    if (!(error instanceof HookShapeError)) throw error;
    throw placed(text, error, locateJson(text, error.path));
  }
  // Which of the two was meant nobody knows: a file that forbids something twice must not forbid half of it.
  const repeated = repeatedMembers(text).find(({ path }) => isKnownMember(value, path));
  if (repeated === undefined) return written;
  const { path, offset } = repeated;
  throw placed(text, new HookShapeError(`duplicate field \`${String(path.at(-1))}\``, path), offset);
}

/** The same error, with the key and the place in its message. */
function placed(text: string, { message, path }: HookShapeError, offset: number | null): HookShapeError {
  const key = keyPath(path);
  const place = offset === null ? null : positionAt(text, offset);
  const named = key === "" ? message : `${key}: ${message}`;
  return new HookShapeError(place === null ? named : `${named} at line ${place.line} column ${place.column}`, path);
}

/** `hooks.Stop[0].hooks[1].command` */
export function keyPath(path: readonly (string | number)[]): string {
  return path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");
}

/** The parser's words without the place and the excerpt it appends: both are told in ours. */
function syntaxReason(error: SyntaxError): string {
  return error.message
    .replace(/ at position \d+.*$/s, "")
    .replace(/, (?:\.\.\.)?"[\s\S]*is not valid JSON$/, "")
    .replace(/ in JSON$/, "");
}

/** Whether a source says anything: an event with a non-empty list. */
export function saysAnything(hooks: WrittenHooks): boolean {
  return HOOK_EVENTS.some(event => hooks[event].length > 0);
}

/** Turns what is written into handlers, in the order of the spec (hooks §1.2.4), and tells what is left out and why. */
export async function readSource(
  written: WrittenHooks,
  facts: SourceFacts,
): Promise<{ handlers: UnnumberedHandler[]; warnings: string[] }> {
  const handlers: UnnumberedHandler[] = [];
  const warnings: string[] = [];
  const path = facts.sourcePath;
  for (const event of HOOK_EVENTS) {
    for (const group of written[event]) {
      let matcher: Matcher;
      try {
        matcher = await compileMatcher(EVENT_WORDS[event].matched ? group.matcher : null);
      } catch (error) {
        if (!(error instanceof MatcherError)) throw error;
        warnings.push(`invalid matcher ${quoted(error.matcher)} in ${path}: ${error.message}`);
        continue;
      }
      for (const hook of group.hooks) {
        const skipped = whySkipped(hook, path);
        if (skipped !== null) warnings.push(skipped);
        else if (hook.type === "command") {
          handlers.push({
            event,
            matcher,
            action: { type: "command", command: hook.command },
            timeoutSec: Math.max(1, hook.timeout ?? DEFAULT_TIMEOUT_SEC),
            statusMessage: hook.statusMessage,
            allowUpdatedInput: hook.allowUpdatedInput,
            ...facts,
          });
        }
      }
    }
  }
  return { handlers, warnings };
}

function whySkipped(hook: WrittenHandler, path: string): string | null {
  if (hook.type !== "command") {
    return `skipping ${hook.type} hook in ${path}: ${hook.type} hooks are not supported yet`;
  }
  if (hook.async) return `skipping async hook in ${path}: async hooks are not supported yet`;
  if (trimmed(hook.command) === "") return `skipping empty hook command in ${path}`;
  return null;
}

import { HOOK_EVENTS, type HookEventName } from "../events/names.ts";
import { isWellFormed } from "../text.ts";

/** A handler as written. `prompt` and `agent` are read, but nothing runs them. */
export type WrittenHandler =
  | {
      readonly type: "command";
      readonly command: string;
      readonly timeout: number | null;
      readonly async: boolean;
      readonly statusMessage: string | null;
      readonly allowUpdatedInput: boolean;
    }
  | { readonly type: "prompt" | "agent" };

export interface WrittenGroup {
  readonly matcher: string | null;
  readonly hooks: readonly WrittenHandler[];
}

/** What one source says: groups by event. Events that are not written have no groups. */
export type WrittenHooks = Readonly<Record<HookEventName, readonly WrittenGroup[]>>;

/** A value is not what it should be. `path` leads to it. */
export class HookShapeError extends Error {
  readonly code = "hook_shape";
  readonly path: readonly (string | number)[];

  constructor(reason: string, path: readonly (string | number)[]) {
    super(reason);
    this.name = "HookShapeError";
    this.path = path;
  }
}

type Path = readonly (string | number)[];

/**
 * Reads the events of a `hooks` table (spec: hooks §2), whatever file it stands in. Keys that nobody knows are passed over.
 * @throws HookShapeError at the first value of another shape
 */
export function parseHookEvents(value: unknown, path: Path = [], floats: ReadonlySet<string> = NONE): WrittenHooks {
  const table = record(value, "a table of hook events", path);
  const read = (event: HookEventName): readonly WrittenGroup[] => {
    const groups = own(table, event);
    if (groups === undefined) return [];
    return list(groups, [...path, event]).map((group, at) => parseGroup(group, [...path, event, at], floats));
  };
  return Object.fromEntries(HOOK_EVENTS.map(event => [event, read(event)])) as Record<HookEventName, WrittenGroup[]>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads the whole of a hooks.json: an object whose `hooks` may be left out.
 * @param floats paths (as JSON) of time-outs that are not written as whole numbers
 * @throws HookShapeError
 */
export function parseHooksFile(value: unknown, floats: ReadonlySet<string> = NONE): WrittenHooks {
  const hooks = own(record(value, "an object", []), "hooks");
  return parseHookEvents(hooks === undefined ? {} : hooks, ["hooks"], floats);
}

const GROUP_MEMBERS = new Set<unknown>(["matcher", "hooks"]);
const COMMAND_MEMBERS = new Set<unknown>(["command", "timeout", "async", "statusMessage"]);

/** Whether a path into a hooks.json that could be read leads to a member that means something there. */
export function isKnownMember(file: unknown, path: Path): boolean {
  const [root, event, , ofGroup, , ofHandler] = path;
  if (root !== "hooks") return false;
  if (path.length === 1) return true;
  if (!HOOK_EVENTS.some(known => known === event)) return false;
  if (path.length === 2) return true;
  if (path.length === 4) return GROUP_MEMBERS.has(ofGroup);
  if (path.length !== 6 || ofGroup !== "hooks") return false;
  if (ofHandler === "type") return true;
  const handler = path.slice(0, 5).reduce<unknown>((value, step) => Object(value)[step], file);
  return Object(handler).type === "command" && COMMAND_MEMBERS.has(ofHandler);
}

function parseGroup(value: unknown, path: Path, floats: ReadonlySet<string>): WrittenGroup {
  const group = record(value, "a matcher group", path);
  const hooks = own(group, "hooks");
  return {
    matcher: optional(own(group, "matcher"), item => text(item, [...path, "matcher"])),
    hooks:
      hooks === undefined
        ? []
        : list(hooks, [...path, "hooks"]).map((item, at) => parseHandler(item, [...path, "hooks", at], floats)),
  };
}

function parseHandler(value: unknown, path: Path, floats: ReadonlySet<string>): WrittenHandler {
  const handler = record(value, "a hook handler", path);
  const type = own(handler, "type");
  if (type === undefined) throw new HookShapeError("missing field `type`", path);
  if (type === "prompt" || type === "agent") return { type };
  if (type !== "command") {
    const shown = typeof type === "string" ? `unknown variant \`${type}\`` : `invalid type: ${describe(type)}`;
    throw new HookShapeError(`${shown}, expected one of \`command\`, \`prompt\`, \`agent\``, [...path, "type"]);
  }
  const command = own(handler, "command");
  if (command === undefined) throw new HookShapeError("missing field `command`", path);
  const wait = own(handler, "async");
  const replaces = own(handler, "allowUpdatedInput");
  return {
    type,
    command: text(command, [...path, "command"]),
    timeout: optional(own(handler, "timeout"), item => seconds(item, [...path, "timeout"], floats)),
    async: wait === undefined ? false : boolean(wait, [...path, "async"]),
    statusMessage: optional(own(handler, "statusMessage"), item => text(item, [...path, "statusMessage"])),
    // The reference program passes this key over, so whatever stands there must not cost the file: only a plain yes counts.
    allowUpdatedInput: replaces === true,
  };
}

function own(table: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value);
}

function record(value: unknown, what: string, path: Path): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(value, what, path);
}

function list(value: unknown, path: Path): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(value, "a sequence", path);
}

function text(value: unknown, path: Path): string {
  if (typeof value !== "string") throw wrong(value, "a string", path);
  if (!isWellFormed(value)) throw new HookShapeError("a lone surrogate, which no text may hold", path);
  return value;
}

function boolean(value: unknown, path: Path): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(value, "a boolean", path);
}

const SECONDS = "a whole number of seconds from 0 on";

/** Whole seconds; TOML readers give them as a number or as a bigint. */
function seconds(value: unknown, path: Path, floats: ReadonlySet<string>): number {
  if (typeof value === "number" && Number.isInteger(value) && floats.has(JSON.stringify(path))) {
    throw new HookShapeError(`invalid type: floating point \`${value.toFixed(1)}\`, expected ${SECONDS}`, path);
  }
  if (typeof value === "bigint" && value >= 0n) return Number(value);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw wrong(value, SECONDS, path);
}

function wrong(value: unknown, expected: string, path: Path): HookShapeError {
  return new HookShapeError(`invalid type: ${describe(value)}, expected ${expected}`, path);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "number":
      return Number.isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
    case "bigint":
      return `integer \`${value}\``;
    case "boolean":
      return `boolean \`${value}\``;
    default:
      return "map";
  }
}

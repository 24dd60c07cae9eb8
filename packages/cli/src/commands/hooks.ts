import { readFile } from "node:fs/promises";
import path from "node:path";
import type { LoadedConfig } from "@codex-ts/config";
import {
  type DiscoveredHooks,
  discoverHooks,
  HOOK_EVENTS,
  HookEngine,
  type HookEventName,
  type HookHandler,
  type HookRunResult,
  HookSampleError,
  matcherText,
  sampleEvent,
} from "@codex-ts/hooks";
import { loadCommandConfig } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, readAll, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";

type Levels = readonly (GlobalOptions & SharedOptions)[];

interface Found extends DiscoveredHooks {
  loaded: LoadedConfig;
  enabled: boolean;
}

async function find(levels: Levels, io: CommandIo): Promise<Found> {
  const profile = levels.findLast(level => level.profile !== undefined)?.profile;
  const loaded = await loadCommandConfig({ cwd: io.cwd, levels, profile }, io);
  const enabled = loaded.config.features["codex_hooks"] ?? true;
  const managed = loaded.requirements.hooks ?? null;
  return { loaded, enabled, ...(await discoverHooks({ layers: loaded.layers, managed, enabled })) };
}

/** `hooks list`: every handler with its source, what is left out and why, and which projects take no part. */
export async function hooksListCommand(options: { json?: boolean }, levels: Levels, io: CommandIo): Promise<number> {
  const found = await find(levels, io);
  const { handlers, warnings, enabled, loaded } = found;
  const disabled = loaded.layers.flatMap(({ name, disabledReason }) =>
    name.type === "project" && disabledReason !== undefined
      ? [{ folder: name.dotCodexFolder, reason: disabledReason }]
      : [],
  );
  if (options.json === true) {
    const list = { enabled, handlers: handlers.map(handlerJson), warnings, disabled };
    write(io.stdout, `${JSON.stringify(list, null, 2)}\n`);
    return 0;
  }
  if (!enabled) write(io.stdout, "Hooks are off: `features.codex_hooks` is false.\n");
  else if (handlers.length === 0) {
    write(
      io.stdout,
      `No hooks. They are read from ${path.join(loaded.config.codexHome, "hooks.json")} and \`[hooks]\`.\n`,
    );
  }
  for (const event of HOOK_EVENTS) {
    const own = handlers.filter(handler => handler.event === event);
    if (own.length > 0) write(io.stdout, `${event}\n${own.map(handlerText).join("")}`);
  }
  for (const warning of warnings) write(io.stderr, `warning: ${warning}\n`);
  for (const { folder, reason } of disabled) write(io.stderr, `not read: ${folder}: ${reason}\n`);
  return 0;
}

function handlerJson(handler: HookHandler): object {
  const { event, matcher, action, timeoutSec, statusMessage, allowUpdatedInput, displayOrder } = handler;
  return {
    displayOrder,
    event,
    matcher: matcherText(matcher),
    command: action.type === "command" ? action.command : null,
    timeoutSec,
    statusMessage,
    allowUpdatedInput,
    source: handler.source,
    sourcePath: handler.sourcePath,
    isManaged: handler.isManaged,
  };
}

function handlerText(handler: HookHandler): string {
  const { displayOrder, matcher, action, timeoutSec, source, sourcePath } = handler;
  const matched = matcher.kind === "all" ? "" : `  [${matcherText(matcher)}]`;
  const command = action.type === "command" ? action.command : "(function)";
  const more = [
    `${source}: ${sourcePath}`,
    `${timeoutSec} s`,
    ...(handler.isManaged ? ["managed"] : []),
    ...(handler.allowUpdatedInput ? ["may replace the input"] : []),
  ];
  return `  ${displayOrder}${matched}  ${command}\n     ${more.join(", ")}\n`;
}

/**
 * `hooks test EVENT`: runs the handlers that the sample selects, for real, and tells what each said and what follows. Exit code 1 when a
 * handler failed.
 */
export async function hooksTestCommand(
  event: string,
  options: { input?: string; json?: boolean },
  levels: Levels,
  io: CommandIo,
): Promise<number> {
  const name = eventName(event);
  const { handlers, warnings, enabled, loaded } = await find(levels, io);
  const sample = await sampleOf(name, options.input, loaded, io);
  const { userShell } = await import("@codex-ts/core");
  const engine = new HookEngine({ handlers, env: io.env, shell: userShell(process.platform) });
  const result = await engine.run(sample);
  for (const warning of warnings) write(io.stderr, `warning: ${warning}\n`);
  if (options.json === true) {
    const { runs, outcome, results } = result;
    const shown = runs.map((run, at) => ({ ...run, exitCode: results[at]?.exitCode, stderr: results[at]?.stderr }));
    write(io.stdout, `${JSON.stringify({ event: name, enabled, runs: shown, outcome }, null, 2)}\n`);
  } else write(io.stdout, enabled ? resultText(name, result) : "Hooks are off: `features.codex_hooks` is false.\n");
  return result.runs.some(({ status }) => status === "failed") ? 1 : 0;
}

/** The event that a word means, however it is written: `PreToolUse`, `pre-tool-use`, `preToolUse`. */
function eventName(word: string): HookEventName {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, "").toLowerCase();
  const found = HOOK_EVENTS.find(name => plain(name) === plain(word));
  if (found === undefined) throw new CliError(`there is no event \`${word}\`; events are ${HOOK_EVENTS.join(", ")}`);
  return found;
}

async function sampleOf(name: HookEventName, file: string | undefined, { config }: LoadedConfig, io: CommandIo) {
  const facts = {
    cwd: config.cwd,
    model: config.model ?? "default",
    permissionMode: config.approvalPolicy === "never" ? "bypassPermissions" : "default",
  } as const;
  try {
    return sampleEvent(name, file === undefined ? {} : await readInput(file, io), facts);
  } catch (error) {
    if (error instanceof HookSampleError) throw new CliError(error.message);
    throw error;
  }
}

async function readInput(file: string, io: CommandIo): Promise<unknown> {
  const shown = file === "-" ? "standard input" : file;
  let text: string;
  try {
    text = Buffer.from(file === "-" ? await readAll(io.stdin) : await readFile(path.resolve(io.cwd, file))).toString();
  } catch (cause) {
    throw new CliError(`cannot read ${shown}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CliError(`${shown} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function resultText(name: HookEventName, { runs, outcome, results }: HookRunResult<HookEventName>): string {
  if (runs.length === 0) return `Nothing is hooked into this ${name}.\n`;
  const lines = runs.flatMap((run, at) => {
    const { exitCode = null, stderr = "" } = results[at] ?? {};
    const code = exitCode === null ? "" : `, exit code ${exitCode}`;
    return [
      `${run.status.padEnd(9)} ${run.id} (${run.durationMs} ms${code})`,
      ...run.entries.map(({ kind, text }) => `  ${kind}: ${text}`),
      ...(run.status === "failed" && stderr.trim() !== "" ? [`  stderr: ${stderr.trim()}`] : []),
    ];
  });
  return `${lines.join("\n")}\n\nTogether: ${JSON.stringify(outcome)}\n`;
}

import type { HookEventName } from "./events/names.ts";
import { DEFAULT_TIMEOUT_SEC, type HookHandler } from "./handler.ts";
import { compileMatcher } from "./matcher.ts";
import type {
  PermissionRequestInput,
  PostToolUseInput,
  PreToolUseInput,
  SessionStartInput,
  StopInput,
  UserPromptSubmitInput,
} from "./schema/inputs.ts";
import type {
  PermissionRequestOutput,
  PostToolUseOutput,
  PreToolUseOutput,
  SessionStartOutput,
  StopOutput,
  UserPromptSubmitOutput,
} from "./schema/outputs.ts";

/** What a handler of each event gets: the object that a command reads on stdin. */
export interface HookInputs {
  SessionStart: SessionStartInput;
  UserPromptSubmit: UserPromptSubmitInput;
  PreToolUse: PreToolUseInput;
  PermissionRequest: PermissionRequestInput;
  PostToolUse: PostToolUseInput;
  Stop: StopInput;
}

/** What a handler of each event may answer: the object that a command prints on stdout. */
export interface HookOutputs {
  SessionStart: SessionStartOutput;
  UserPromptSubmit: UserPromptSubmitOutput;
  PreToolUse: PreToolUseOutput;
  PermissionRequest: PermissionRequestOutput;
  PostToolUse: PostToolUseOutput;
  Stop: StopOutput;
}

export interface AsyncHandlerOptions {
  /** As in a hooks.json. Default: everything. */
  readonly matcher?: string;
  /** Seconds it may take. Default 600; at least 1. */
  readonly timeoutSec?: number;
  readonly statusMessage?: string;
  /** Its `updatedInput` replaces a tool's input. Default: false. */
  readonly allowUpdatedInput?: boolean;
  /** A name for people, part of the path that its runs show. Default: the event's name. */
  readonly name?: string;
}

/** A function that is hooked in; `discoverHooks({ functions })` and the runtime take it. */
export interface AsyncHandler {
  readonly event: HookEventName;
  readonly run: (input: Readonly<Record<string, unknown>>, context: { signal: AbortSignal }) => unknown;
  readonly options: AsyncHandlerOptions;
}

/** Aborted when the time is over or the turn was stopped. */
export interface AsyncHandlerContext {
  readonly signal: AbortSignal;
}

/**
 * Hooks a function in instead of a command. It gets what a command reads on stdin and returns what a command prints on stdout: an object,
 * a text, or nothing. An error that it throws makes its run fail, and the turn goes on.
 */
export function asyncHandler<N extends HookEventName>(
  event: N,
  run: (
    input: HookInputs[N],
    context: AsyncHandlerContext,
  ) => HookOutputs[N] | string | undefined | void | Promise<HookOutputs[N] | string | undefined | void>,
  options: AsyncHandlerOptions = {},
): AsyncHandler {
  // The engine gives each handler the input of its event, which the list of all handlers cannot say.
  return { event, run: run as unknown as AsyncHandler["run"], options };
}

/**
 * A function as a handler among the others.
 * @throws MatcherError when its matcher is no regular expression
 */
export async function functionHandler(
  { event, run, options }: AsyncHandler,
  displayOrder: number,
  windows: boolean,
): Promise<HookHandler> {
  const name = (options.name ?? event).replaceAll(/[/\\]/g, "_");
  return {
    event,
    matcher: await compileMatcher(options.matcher),
    action: { type: "function", run },
    timeoutSec: Math.max(1, options.timeoutSec ?? DEFAULT_TIMEOUT_SEC),
    statusMessage: options.statusMessage ?? null,
    allowUpdatedInput: options.allowUpdatedInput ?? false,
    sourcePath: windows ? `C:\\<function>\\${name}` : `/<function>/${name}`,
    source: "unknown",
    isManaged: false,
    displayOrder,
  };
}

import { CoreError } from "@codex-ts/core";
import type {
  ThreadApproveGuardianDeniedActionParams,
  ThreadInjectItemsParams,
  ThreadRollbackParams,
  ThreadShellCommandParams,
  TurnInterruptParams,
  TurnStartParams,
  TurnSteerParams,
  UserInput,
} from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { type HandlerTable, LATER, type RequestContext } from "../dispatch/handler.ts";
import { invalidParams, invalidRequest } from "../errors.ts";
import { settled, turnsOf } from "../history/turns.ts";
import { loadedThread } from "../threads/ids.ts";
import { checkEnvironments } from "../threads/environments.ts";
import { turnOverrides } from "../threads/turn-overrides.ts";
import { describe } from "./thread-read.ts";

/** What a loaded thread is told to do. */
export const handlers: HandlerTable = {
  "turn/start": start,
  "turn/steer": steer,
  "turn/interrupt": interrupt,
  "thread/rollback": rollback,
  "thread/compact/start": (params, { server }) => {
    loadedThread(server, params.threadId).thread.submit({ type: "compact" });
    return {};
  },
  "thread/backgroundTerminals/clean": (params, { server }) => {
    loadedThread(server, params.threadId).thread.submit({ type: "cleanBackgroundTerminals" });
    return {};
  },
  "thread/shellCommand": shellCommand,
  "thread/inject_items": injectItems,
  "thread/approveGuardianDeniedAction": approveDenied,
};

const MAX_INPUT_CHARS = 1_048_576;

function start(params: TurnStartParams, { server, trace }: RequestContext) {
  const input = checkedInput(params.input);
  const hub = loadedThread(server, params.threadId);
  checkEnvironments(params.environments);
  const overrides = turnOverrides(params, hub.thread.settings, {
    serverCwd: server.cwd,
    env: server.env,
    requirements: hub.facts.requirements,
  });
  const id = hub.thread.submit({
    type: "userTurn",
    input,
    overrides,
    ...(params.outputSchema === undefined ? {} : { outputSchema: params.outputSchema as never }),
    ...(params.responsesapiClientMetadata ? { clientMetadata: params.responsesapiClientMetadata } : {}),
    ...(trace?.traceparent ? { trace: { traceparent: trace.traceparent, tracestate: trace.tracestate ?? null } } : {}),
  });
  return {
    turn: {
      id,
      items: [],
      status: "inProgress" as const,
      error: null,
      startedAt: null,
      completedAt: null,
      durationMs: null,
    },
  };
}

function steer(params: TurnSteerParams, { server }: RequestContext) {
  const hub = loadedThread(server, params.threadId);
  if (params.expectedTurnId === "") throw invalidRequest("expectedTurnId must not be empty");
  const input = checkedInput(params.input);
  try {
    return { turnId: hub.thread.steer(input, params.expectedTurnId) };
  } catch (error) {
    if (error instanceof CoreError && error.code === "turn_not_steerable") {
      throw invalidRequest(error.message, {
        message: error.message,
        codexErrorInfo: error.info,
        additionalDetails: null,
      });
    }
    throw error;
  }
}

/** Answered just before the end of the turn is told. */
function interrupt(
  params: TurnInterruptParams,
  context: RequestContext<"turn/interrupt">,
): typeof LATER | Record<string, never> {
  const { thread } = loadedThread(context.server, params.threadId);
  if (params.turnId === "") {
    thread.submit({ type: "interrupt" });
    return {};
  }
  const active = thread.activeTurnId;
  if (active !== null && active !== params.turnId) {
    throw invalidRequest(`expected active turn id ${params.turnId} but found ${active}`);
  }
  const hub = loadedThread(context.server, params.threadId);
  hub.beforeTurnEnd(params.turnId, () => context.respond({}));
  thread.interrupt(params.turnId).then(
    () => context.respond({}),
    (error: unknown) => context.fail(error),
  );
  return LATER;
}

async function rollback(params: ThreadRollbackParams, { server }: RequestContext) {
  if (params.numTurns < 1) throw invalidRequest("numTurns must be >= 1");
  const hub = loadedThread(server, params.threadId);
  if (hub.rollingBack) throw invalidRequest("rollback already in progress for this thread");
  hub.rollingBack = true;
  try {
    await hub.thread.rollback(params.numTurns);
    const { store } = await server.runtime();
    const thread = await describe(server, hub.id);
    thread.turns = settled(turnsOf((await store.load({ id: hub.id })).items));
    return { thread };
  } catch (error) {
    hub.noteFailure();
    throw error;
  } finally {
    hub.rollingBack = false;
  }
}

function shellCommand(params: ThreadShellCommandParams, { server }: RequestContext) {
  const command = params.command.trim();
  if (command === "") throw invalidRequest("command must not be empty");
  const { thread } = loadedThread(server, params.threadId);
  thread.submit({ type: "userShell", command });
  return {};
}

async function injectItems(params: ThreadInjectItemsParams, { server }: RequestContext) {
  const { thread } = loadedThread(server, params.threadId);
  if (params.items.length === 0) throw invalidRequest("items must not be empty");
  await thread.injectItems(await responseItems(params.items));
  return {};
}

/** No automatic reviewer has denied anything here, so there is nothing to go back to. */
async function approveDenied(
  { threadId, event }: ThreadApproveGuardianDeniedActionParams,
  { server }: RequestContext,
): Promise<Record<string, never>> {
  const [{ decode, DecodeError }, { GuardianAssessmentEvent }] = await Promise.all([
    import("@codex-ts/protocol"),
    import("@codex-ts/protocol/core"),
  ]);
  try {
    decode(GuardianAssessmentEvent, event);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalidRequest(`invalid Guardian denial event: ${error.message}`);
  }
  loadedThread(server, threadId);
  return {};
}

/** Reads model items of a client. The schemas are loaded here: no other turn needs them. */
async function responseItems(items: readonly unknown[]): Promise<ResponseItem[]> {
  const [{ decode, DecodeError }, { ResponseItem }] = await Promise.all([
    import("@codex-ts/protocol"),
    import("@codex-ts/protocol/models"),
  ]);
  return items.map((item, index) => {
    try {
      return decode(ResponseItem, item);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw invalidRequest(`items[${index}] is not a valid response item: ${error.message}`);
    }
  });
}

/** @throws RpcError when there is too much text */
function checkedInput(input: readonly UserInput[]): UserInput[] {
  let chars = 0;
  for (const part of input) if (part.type === "text") chars += countChars(part.text);
  if (chars > MAX_INPUT_CHARS) {
    throw invalidParams(`Input exceeds the maximum length of ${MAX_INPUT_CHARS} characters.`, {
      input_error_code: "input_too_large",
      max_chars: MAX_INPUT_CHARS,
      actual_chars: chars,
    });
  }
  // A client of this program may leave out what a decoded request always has.
  return input.map(part => (part.type === "text" && !part.text_elements ? { ...part, text_elements: [] } : part));
}

/** Unicode scalar values; only a text that may be too long is counted one by one. */
function countChars(text: string): number {
  if (text.length <= MAX_INPUT_CHARS / 2) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

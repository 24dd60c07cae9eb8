import { type Client, RpcError } from "@codex-ts/client";
import type { ServerNotification, ServerRequest } from "@codex-ts/protocol";
import type { RequestAnswer } from "./requests.ts";
import type { ExecConnection } from "./run-turn.ts";

/** A client as a run uses it. Notifications that come before the run listens are kept for it. */
export function execConnection(client: Client): ExecConnection {
  let listener: ((notification: ServerNotification) => void) | undefined;
  const waiting: ServerNotification[] = [];
  client.onNotification(notification => {
    if (listener === undefined) waiting.push(notification);
    else listener(notification);
  });
  let answer: ((request: ServerRequest) => RequestAnswer) | undefined;
  client.handleRest(request => {
    const given = answer?.(request);
    if (given === undefined) throw new RpcError(-32000, `${request.method} came before the turn`);
    if ("error" in given) throw new RpcError(given.error.code, given.error.message);
    return given.result;
  });
  return {
    interruptTurn: async (threadId, turnId) => {
      await client.request("turn/interrupt", { threadId, turnId });
    },
    readTurn: async (threadId, turnId) => {
      const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
      return thread.turns.find(turn => turn.id === turnId);
    },
    onNotification: next => {
      listener = next;
      for (const notification of waiting.splice(0)) next(notification);
    },
    onRequest: next => {
      answer = next;
    },
    closed: client.closed.then(() => undefined),
  };
}

import { closeSync, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { SandboxError } from "../errors.ts";
import { helperFile } from "../linux/helper-file.ts";
import { libc } from "../linux/libc.ts";
import { type EscalatedCommand, startOnDescriptors, type RunningEscalation } from "./escalated.ts";
import { readDescriptors, readRequest, type InterceptedExec } from "./messages.ts";

/** What becomes of a program that a shell wants to run. */
export type ExecAction =
  /** The shell's own process becomes it, inside the sandbox that the shell is in. */
  | { type: "run" }
  /** The agent starts it in the shell's place, with its own permissions. */
  | { type: "escalate"; command: EscalatedCommand }
  | { type: "deny"; reason: string | null };

/** Decides about one program. What it throws counts as a refusal without a reason. */
export type DecideExec = (request: InterceptedExec, signal: AbortSignal) => Promise<ExecAction>;

/** The agent's end of one intercepted shell. */
export interface EscalationSession {
  /** The socket's other end, for the shell to inherit: `CODEX_ESCALATE_SOCKET` names the descriptor that it is there. */
  readonly clientSocket: number;
  /** Ends what is asked, kills what was escalated, closes everything. Never rejects. */
  stop(): Promise<void>;
}

type Received =
  | { type: "open"; stream: number }
  | { type: "frame"; stream: number; text: string; fds: number[] }
  | { type: "closed"; stream: number };

/** One intercepted program: first it asks, then (when told to escalate) it hands over its standard streams. */
interface Conversation {
  stream: number;
  state: "asked" | "escalating" | "waiting" | "ended";
  command: EscalatedCommand | null;
}

/**
 * Listens to the programs of one shell (spec exec-server.md 5.2 and 5.3): each asks on a stream of its own, any number at a time.
 * @throws SandboxError `unsupported_platform` where there is no way to receive descriptors
 */
export function startEscalation(decide: DecideExec): EscalationSession {
  const c = libc();
  const pair = c?.socketPair() ?? null;
  const wake = c?.pipe() ?? null;
  if (pair === null || wake === null) {
    for (const fd of [pair?.ours, pair?.theirs, wake?.read, wake?.write]) if (fd !== undefined) closeSync(fd);
    throw new SandboxError("unsupported_platform", "programs of a shell cannot be intercepted on this machine");
  }
  const cancel = new AbortController();
  const conversations = new Map<number, Conversation>();
  /** Also those that nobody waits for any more. */
  const children = new Set<RunningEscalation>();
  const worker = new Worker(helperFile(undefined, "escalation-receiver"), {
    workerData: { socket: pair.ours, wake: wake.read },
    stdout: false,
    stderr: false,
  });
  worker.unref();
  const exited = new Promise<void>(resolve => {
    worker.once("exit", () => resolve());
    worker.once("error", () => resolve());
  });

  const answer = (conversation: Conversation, message: unknown): void => {
    // Its descriptor may be another conversation's by now.
    if (conversation.state === "ended") return;
    try {
      writeFrame(conversation.stream, message);
    } catch {
      // Who asked is gone; its stream's end is about to be heard.
    }
  };

  const onRequest = async (conversation: Conversation, text: string): Promise<void> => {
    const request = readRequest(text);
    const action: ExecAction =
      request === null ? { type: "deny", reason: null } : await safely(decide, request, cancel);
    if (cancel.signal.aborted || conversation.state === "ended") return;
    switch (action.type) {
      case "run":
        return answer(conversation, { action: "Run" });
      case "deny":
        return answer(conversation, { action: { Deny: { reason: action.reason } } });
      case "escalate":
        conversation.state = "escalating";
        conversation.command = action.command;
        return answer(conversation, { action: "Escalate" });
    }
  };

  const onDescriptors = async (conversation: Conversation, text: string, fds: number[]) => {
    const { command } = conversation;
    const streams = readDescriptors(text, fds);
    if (command === null || streams === null || cancel.signal.aborted) {
      fds.forEach(fd => closeSync(fd));
      return hangUp(conversation);
    }
    conversation.state = "waiting";
    let child: RunningEscalation;
    try {
      child = await startOnDescriptors(command, streams);
    } catch (error) {
      writeSync(streams[2], `${error instanceof Error ? error.message : String(error)}\n`);
      answer(conversation, { exit_code: 1 });
      return;
    } finally {
      fds.forEach(fd => closeSync(fd));
    }
    children.add(child);
    // The session may have ended while the program was being started.
    if (cancel.signal.aborted) child.kill();
    const code = await child.exitCode;
    children.delete(child);
    answer(conversation, { exit_code: code });
  };

  /** Ends a conversation that went wrong: the program that asked sees the end of its stream. */
  const hangUp = (conversation: Conversation): void => {
    if (conversation.state !== "ended") libc()?.shutdown(conversation.stream);
  };

  worker.on("message", (message: Received) => {
    if (message.type === "open") {
      conversations.set(message.stream, { stream: message.stream, state: "asked", command: null });
      return;
    }
    const conversation = conversations.get(message.stream);
    if (conversation === undefined) return;
    if (message.type === "closed") {
      conversation.state = "ended";
      conversations.delete(message.stream);
      closeSync(message.stream);
      return;
    }
    const first = conversation.state === "asked" && message.fds.length === 0;
    if (first) void onRequest(conversation, message.text);
    else void onDescriptors(conversation, message.text, message.fds);
  });

  let stopping: Promise<void> | null = null;
  return {
    clientSocket: pair.theirs,
    stop: () => {
      stopping ??= (async () => {
        cancel.abort();
        for (const child of children) child.kill();
        await Promise.all([...children].map(child => child.exitCode));
        writeSync(wake.write, "x");
        await exited;
        for (const [stream, conversation] of conversations) {
          conversation.state = "ended";
          closeSync(stream);
        }
        conversations.clear();
        for (const fd of [pair.ours, pair.theirs, wake.read, wake.write]) closeSync(fd);
      })();
      return stopping;
    },
  };
}

async function safely(decide: DecideExec, request: InterceptedExec, cancel: AbortController): Promise<ExecAction> {
  try {
    return await decide(request, cancel.signal);
  } catch {
    return { type: "deny", reason: null };
  }
}

function writeFrame(stream: number, message: unknown): void {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  writeSync(stream, Buffer.concat([head, body]));
}

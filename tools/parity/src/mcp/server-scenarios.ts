import type { Json, Script } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { QUIET, QUIET_TABLES } from "../drive/quiet.ts";
import type { Scenario } from "../drive/scenario.ts";
import type { Answerer, Message } from "../drive/wire.ts";

interface ServerStage {
  name: string;
  script?: readonly Json[];
  config?: string;
  tables?: string;
  answer?: Answerer;
  play: (drive: Drive) => Promise<void>;
}

/** Both programs as MCP servers: we are the client. */
function serverScenario({ name, script = [], config = "", tables = "", answer, play }: ServerStage): Scenario {
  return {
    name: `as a server: ${name}`,
    door: "mcp-server",
    script: script as unknown as Script,
    config: `${QUIET}\n${config}\n`,
    tables: `${QUIET_TABLES}\n${tables}`,
    timeoutMs: 30_000,
    play: async drive => {
      if (answer !== undefined) drive.answer = answer;
      await play(drive);
    },
  };
}

const call = (drive: Drive, tool: string, args?: unknown): Promise<Message> =>
  drive.wire.call("tools/call", { name: tool, ...(args === undefined ? {} : { arguments: args }) });

async function noteCall(drive: Drive, note: string, tool: string, args?: unknown): Promise<Message> {
  const answer = await call(drive, tool, args);
  drive.notes[note] = { result: answer.result, error: answer.error };
  noteEvents(drive);
  return answer;
}

/** Kinds of events that both must tell, in their order; how often a stream is cut into pieces is nobody's business. */
const TOLD = new Set([
  "session_configured",
  "mcp_startup_complete",
  "task_started",
  "user_message",
  "agent_message",
  "exec_command_begin",
  "exec_command_end",
  "exec_approval_request",
  "apply_patch_approval_request",
  "patch_apply_begin",
  "patch_apply_end",
  "turn_aborted",
  "error",
  "task_complete",
]);

function noteEvents(drive: Drive): void {
  drive.notes["events"] = drive.messages.flatMap(({ method, params = {} }) => {
    const type = String((params["msg"] as Json | undefined)?.["type"]);
    return method === "codex/event" && TOLD.has(type) ? [type] : [];
  });
}

const threadOf = (answer: Message): string =>
  String(((answer.result?.["structuredContent"] ?? {}) as Json)["threadId"]);

const shell = (command: string): Json => ({
  type: "function_call",
  name: "exec_command",
  arguments: JSON.stringify({ cmd: command }),
  call_id: "c0",
});
const asking = (command: string): Json => ({
  type: "function_call",
  name: "exec_command",
  arguments: JSON.stringify({ cmd: command, sandbox_permissions: "require_escalated", justification: "because" }),
  call_id: "c0",
});
const deciding =
  (decision: string): Answerer =>
  () => ({ result: { decision } });

const once = (item: Json): readonly Json[] => [{ items: [item] }, { text: "done" }];

export const serverScenarios: readonly Scenario[] = [
  serverScenario({
    name: "the handshake and what it offers",
    play: async drive => {
      const listed = await drive.wire.call("tools/list", {});
      drive.notes["tools"] = ((listed.result?.["tools"] ?? []) as Json[]).map(tool => withoutWords(tool));
      drive.notes["again"] = (
        await drive.wire.call("initialize", {
          protocolVersion: "2025-06-18",
          capabilities: {},
          clientInfo: { name: "x", version: "1" },
        })
      ).error;
      drive.notes["ping"] = (await drive.wire.call("ping", {})).result;
      drive.notes["unknown"] = (await drive.wire.call("nothing/such", {})).error;
      drive.notes["tasks"] = (await drive.wire.call("tasks/list", {})).error;
    },
  }),
  serverScenario({
    name: "calls that are wrong",
    play: async drive => {
      for (const [note, tool, args] of [
        ["an unknown tool", "nope", {}],
        ["no arguments", "codex", undefined],
        ["no prompt", "codex", {}],
        ["a sandbox that is none", "codex", { prompt: "x", sandbox: "weird" }],
        ["an approval that is none", "codex", { prompt: "x", "approval-policy": "maybe" }],
        ["a prompt that is none", "codex", { prompt: 7 }],
        ["a config that is none", "codex", { prompt: "x", config: [] }],
        ["a reply without arguments", "codex-reply", undefined],
        ["a reply without a prompt", "codex-reply", { threadId: "x" }],
        ["a reply to nobody", "codex-reply", { prompt: "x" }],
        ["a reply to no id", "codex-reply", { prompt: "x", threadId: "x" }],
        ["a reply to a stranger", "codex-reply", { prompt: "x", threadId: "019a0000-0000-7000-8000-000000000000" }],
      ] as const) {
        await noteCall(drive, note, tool, args);
      }
    },
  }),
  serverScenario({
    name: "a conversation of two turns",
    script: [{ text: "one" }, { text: "two" }],
    play: async drive => {
      const first = await noteCall(drive, "first", "codex", { prompt: "hello", sandbox: "read-only" });
      await noteCall(drive, "second", "codex-reply", { prompt: "again", threadId: threadOf(first) });
    },
  }),
  serverScenario({
    name: "the older name of a thread",
    script: [{ text: "one" }, { text: "two" }],
    play: async drive => {
      const first = await noteCall(drive, "first", "codex", { prompt: "hello" });
      await noteCall(drive, "second", "codex-reply", { prompt: "again", conversationId: threadOf(first) });
    },
  }),
  serverScenario({
    name: "settings of a call",
    script: [{ text: "ok" }],
    play: async drive => {
      await noteCall(drive, "call", "codex", {
        prompt: "hello",
        sandbox: "workspace-write",
        "approval-policy": "never",
        cwd: drive.place.work,
        config: { model_reasoning_effort: "high" },
        "developer-instructions": "Be brief.",
      });
      const configured = drive.messages.find(
        ({ params }) => (params?.["msg"] as Json | undefined)?.["type"] === "session_configured",
      );
      const { approval_policy, reasoning_effort, cwd, model } = (configured?.params?.["msg"] ?? {}) as Json;
      drive.notes["configured"] = { approval_policy, reasoning_effort, cwd, model };
    },
  }),
  serverScenario({
    name: "a model that fails",
    script: [{ status: 400, body: { error: { message: "no such model" } } } as unknown as Json],
    play: async drive => void (await noteCall(drive, "call", "codex", { prompt: "hello" })),
  }),
  serverScenario({
    name: "a command",
    script: once(shell("echo hi")),
    config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
    play: async drive => void (await noteCall(drive, "call", "codex", { prompt: "go" })),
  }),
  ...(["approved", "approved_for_session", "denied"] as const).map(decision =>
    serverScenario({
      name: `an approval that is ${decision}`,
      script: once(asking("touch made")),
      config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
      answer: deciding(decision),
      play: async drive => void (await noteCall(drive, "call", "codex", { prompt: "go" })),
    }),
  ),
  serverScenario({
    name: "an approval that is answered with garbage",
    script: once(asking("touch made")),
    config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
    answer: () => ({ result: { x: 1 } }),
    play: async drive => void (await noteCall(drive, "call", "codex", { prompt: "go" })),
  }),
  serverScenario({
    name: "an approval that is abort",
    script: once(asking("touch made")),
    config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
    answer: deciding("abort"),
    play: async drive => {
      // The reference never answers such a call.
      drive.wire.send("tools/call", { name: "codex", arguments: { prompt: "go" } });
      await aborted(drive);
    },
  }),
  serverScenario({
    name: "a call that is cancelled",
    script: [{ items: [], hang: true } as unknown as Json, { text: "back" }],
    play: async drive => {
      const id = drive.wire.send("tools/call", { name: "codex", arguments: { prompt: "hello" } });
      while (drive.server.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 20));
      drive.wire.write({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } });
      await aborted(drive);
    },
  }),
  serverScenario({
    name: "a required server that does not start",
    tables: '[mcp_servers.bad]\ncommand = "/no/such"\nrequired = true\n',
    play: async drive => void (await noteCall(drive, "call", "codex", { prompt: "hello" })),
  }),
];

async function aborted(drive: Drive): Promise<void> {
  await drive.wire.until(({ params }) => (params?.["msg"] as Json | undefined)?.["type"] === "turn_aborted");
  noteEvents(drive);
}

/** Descriptions are each program's own words. */
function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !(name === "description" && typeof member === "string"))
      .map(([name, member]) => [name, withoutWords(member)]),
  );
}

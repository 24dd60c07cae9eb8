import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { functionCall, type Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { OtlpSink } from "../../core/test/otlp-sink.ts";
import { hook, token, turn, usage, world } from "./analytics-world.ts";

const SECRETS = {
  key: "sk-PLANTED-KEY",
  login: token,
  environment: "PLANTED-VARIABLE",
  prompt: "PLANTED-PROMPT",
  argv: "PLANTED-ARGV",
  command: "PLANTED-COMMAND",
  output: "PLANTED-OUTPUT",
  argument: "PLANTED-ARGUMENT",
  mcpSecret: "PLANTED-SERVER-TOKEN",
  hookCommand: "PLANTED-HOOK-COMMAND",
  context: "PLANTED-CONTEXT",
  feedback: "PLANTED-FEEDBACK",
  answer: "PLANTED-ANSWER",
  file: "PLANTED-FOLDER",
};

/** What logs are for: what a tool was given and what it gave. They go to the collector of the operator alone (spec: analytics C2). */
const OF_TOOLS = ["argv", "command", "output", "argument", "file", "feedback"];

const script = [
  {
    items: [
      functionCall("shell", { command: ["printf", "%s", SECRETS.argv], workdir: SECRETS.file }, "c1"),
      functionCall("shell_command", { command: `echo ${SECRETS.output} # ${SECRETS.command}` }, "c2"),
      {
        type: "function_call",
        namespace: "mcp__srv__",
        name: "echo",
        arguments: JSON.stringify({ text: SECRETS.argument }),
        call_id: "c3",
      },
    ],
    usage,
  },
  { text: SECRETS.answer, usage },
] as unknown as Script;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A session with hooks, commands and an MCP call; what each channel was sent, byte for byte. */
async function session(otel = "") {
  const collector = await OtlpSink.open();
  closing.push(() => collector.close());
  const {
    sink,
    client,
    world: made,
  } = await world({
    script,
    config: `${stdioServerToml("srv", { tools: ["echo"] })}\n[mcp_servers.srv.env]\nSERVER_TOKEN = "${SECRETS.mcpSecret}"\n${collector.config(otel)}`,
    hooks: {
      SessionStart: hook(`cat > /dev/null; echo ${SECRETS.context}`),
      UserPromptSubmit: hook(`cat > /dev/null; : ${SECRETS.hookCommand}`),
      PreToolUse: hook(`cat > /dev/null; echo ${SECRETS.hookCommand} >&2; exit 9`),
      PostToolUse: hook(`cat > /dev/null; echo ${SECRETS.feedback} >&2; exit 2`),
      Stop: hook("cat > /dev/null"),
    },
    runtime: {
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: "/nowhere",
        OPENAI_API_KEY: SECRETS.key,
        SOME_TOKEN: SECRETS.environment,
      },
      telemetry: { metricsByDefault: true, serviceName: "codex-app-server" },
    },
  });
  mkdirSync(path.join(made.workspace, SECRETS.file));
  writeFileSync(path.join(made.workspace, SECRETS.file, "note"), "");
  await turn(client, SECRETS.prompt);
  await sink.event("codex_turn_event");
  await made.server.close();
  const sent = (signal: string) =>
    collector.bodies
      .filter(body => body.path === `/${signal}`)
      .map(({ text }) => text)
      .join("\n");
  const { model } = made;
  return {
    made,
    collector,
    /** What the model was sent: the proof that what was planted was at work. */
    asked: JSON.stringify(model.requests.map(({ body }) => body)),
    analytics: sink.received
      .map(({ line, headers: { authorization: _login, ...headers }, body }) => JSON.stringify([line, headers, body]))
      .join("\n"),
    types: sink.types,
    logs: sent("logs"),
    traces: sent("traces"),
    metrics: sent("metrics"),
  };
}

/** Which of the planted secrets stand in a text. */
const found = (text: string): string[] =>
  Object.entries(SECRETS).flatMap(([name, secret]) => (text.includes(secret) ? [name] : []));

describe("planted secrets", () => {
  it("are in no event of analytics, no span and no metric; logs hold what tools were given and gave, and no prompt", async () => {
    const { made, collector, asked, analytics, types, logs, traces, metrics } = await session();
    expect(found(asked)).toEqual(["prompt", "argv", "command", "output", "argument", "context", "feedback", "file"]);
    expect(found(logs)).toEqual(expect.arrayContaining(["argv", "command", "argument"]));
    expect(types.filter(type => type === "codex_hook_run").length).toBeGreaterThanOrEqual(9);
    expect(types).toContain("codex_turn_event");
    for (const [channel, text] of Object.entries({ analytics, traces, metrics })) {
      expect([channel, text.length > 500]).toEqual([channel, true]);
      expect([channel, found(text)]).toEqual([channel, []]);
      expect([channel, text.includes(made.workspace), text.includes(made.home)]).toEqual([channel, false, false]);
    }
    expect(found(logs).filter(name => !OF_TOOLS.includes(name))).toEqual([]);
    const prompts = collector.logs.filter(log => log["event.name"] === "codex.user_prompt");
    expect(prompts).toMatchObject([{ prompt: "[REDACTED]", prompt_length: String(SECRETS.prompt.length) }]);
    const elsewhere = collector.logs.filter(log => log["event.name"] !== "codex.tool_result");
    expect(found(JSON.stringify(elsewhere))).toEqual([]);
    expect(JSON.stringify(elsewhere)).not.toContain(made.workspace);
  });

  it("are no more in what is sent where prompts are logged: the prompt alone is, and in logs alone", async () => {
    const { collector, analytics, traces, metrics } = await session("log_user_prompt = true");
    for (const text of [analytics, traces, metrics]) expect(found(text)).toEqual([]);
    const elsewhere = collector.logs.filter(log => log["event.name"] !== "codex.tool_result");
    expect(found(JSON.stringify(elsewhere))).toEqual(["prompt"]);
  });
});

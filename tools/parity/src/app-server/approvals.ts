import { customToolCall, functionCall, type Json, type Reply } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";
import { scenario } from "./stage.ts";

const UNTRUSTED = 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"';
const READ_ONLY = 'approval_policy = "on-request"\nsandbox_mode = "read-only"';
const classic: Reply = { items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] };
const unified: Reply = { items: [functionCall("exec_command", { cmd: "touch a.txt" }, "c1")] };
const patch: Reply = {
  items: [customToolCall("apply_patch", "*** Begin Patch\n*** Add File: hello.txt\n+hi\n*** End Patch\n", "p1")],
};

type Answer = { result: unknown } | { error: unknown };

const answers: readonly [name: string, answer: Answer][] = [
  ["accept", { result: { decision: "accept" } }],
  ["accept for the session", { result: { decision: "acceptForSession" } }],
  ["decline", { result: { decision: "decline" } }],
  ["cancel", { result: { decision: "cancel" } }],
  ["nonsense", { result: { decision: "maybe" } }],
  ["an error", { error: { code: -32000, message: "no" } }],
];

const amendments: readonly [name: string, answer: Answer][] = [
  ["a rule", { result: { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } } } }],
  [
    "a network rule",
    {
      result: {
        decision: { applyNetworkPolicyAmendment: { network_policy_amendment: { host: "x.example", action: "allow" } } },
      },
    },
  ],
];

/** One question, one answer, and what follows; the model sees what it is told. */
function asked(name: string, reply: Reply, answer: Answer, config: string, features = ""): Scenario {
  return scenario(name, { script: [reply, "done"], config, features }, async drive => {
    drive.answer = () => answer;
    const thread = await drive.thread();
    await drive.turn(thread, "go");
    drive.notes["outputs"] = outputs(drive);
    await drive.note("read", "thread/read", { threadId: thread, includeTurns: true });
  });
}

function outputs(drive: Drive): unknown {
  return drive.server.requests
    .slice(1)
    .map(({ input }) => input.filter(item => String(item["type"]).endsWith("_output")));
}

const weather = {
  name: "weather",
  description: "W",
  inputSchema: { type: "object", properties: { city: { type: "string" } } },
};
const toolAnswers: readonly [name: string, answer: Answer][] = [
  ["a text", { result: { contentItems: [{ type: "inputText", text: "sunny" }], success: true } }],
  ["a failure", { result: { contentItems: [{ type: "inputText", text: "no" }], success: false } }],
  [
    "an image",
    { result: { contentItems: [{ type: "inputImage", imageUrl: "data:image/png;base64,AA==" }], success: true } },
  ],
  ["nothing", { result: { contentItems: [], success: true } }],
  ["nonsense", { result: { contentItems: "odd" } }],
  ["an error", { error: { code: 1, message: "no" } }],
];

const question = {
  questions: [
    {
      id: "q1",
      header: "Pick",
      question: "Which?",
      options: [
        { label: "A", description: "first" },
        { label: "B", description: "second" },
      ],
    },
  ],
};
const userAnswers: readonly [name: string, answer: Answer][] = [
  ["an answer", { result: { answers: { q1: { answers: ["A"] } } } }],
  ["no answer", { result: { answers: {} } }],
  ["nonsense", { result: { answers: 5 } }],
  ["an error", { error: { code: 1, message: "no" } }],
];

const permissions = (of: Drive): Json => ({
  network: { enabled: true },
  fileSystem: { write: [`${of.place.root}/x`] },
});
const grants: readonly [name: string, answer: (drive: Drive) => Answer][] = [
  ["everything", drive => ({ result: { permissions: permissions(drive), scope: "session" } })],
  ["a part", () => ({ result: { permissions: { network: { enabled: true } } } })],
  [
    "more than was asked",
    drive => ({ result: { permissions: { fileSystem: { write: [`${drive.place.root}/x`, "/"] } }, scope: "turn" } }),
  ],
  [
    "strictly for the session",
    drive => ({ result: { permissions: permissions(drive), scope: "session", strictAutoReview: true } }),
  ],
  ["nothing", () => ({ result: { permissions: {} } })],
  ["nonsense", () => ({ result: { permissions: 5 } })],
  ["an error", () => ({ error: { code: 1, message: "no" } })],
];

/** Questions of the server and every kind of answer. */
export const approvals = [
  ...[...answers, ...amendments].flatMap(([name, answer]) => [
    asked(`a command (exec_command) answered with ${name}`, unified, answer, UNTRUSTED),
    asked(`a command (shell_command) answered with ${name}`, classic, answer, UNTRUSTED, "unified_exec = false"),
  ]),
  ...answers.map(([name, answer]) => asked(`a patch answered with ${name}`, patch, answer, READ_ONLY)),
  asked(
    "a command that asks for more",
    {
      items: [
        functionCall(
          "exec_command",
          { cmd: "touch a.txt", sandbox_permissions: "require_escalated", justification: "I need it" },
          "c1",
        ),
      ],
    },
    { result: { decision: "accept" } },
    READ_ONLY,
  ),
  scenario(
    "a command accepted for the session, asked for again",
    { script: [unified, "done", unified, "done again"], config: UNTRUSTED },
    async drive => {
      drive.answer = () => ({ result: { decision: "acceptForSession" } });
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await drive.turn(thread, "again");
    },
  ),
  scenario("a question that nobody answers", { script: [unified, "after"], config: UNTRUSTED }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "go");
    await drive.until("item/commandExecution/requestApproval");
    await drive.note("status", "thread/read", { threadId: thread });
    await drive.note("rejoin", "thread/resume", { threadId: thread, excludeTurns: true });
    await drive.note("interrupt", "turn/interrupt", { threadId: thread, turnId: turn });
    await drive.until("serverRequest/resolved");
    await drive.turn(thread, "2");
  }),
  scenario(
    "two questions at once",
    {
      script: [{ items: [...unified.items!, functionCall("exec_command", { cmd: "touch b.txt" }, "c2")] }, "done"],
      config: UNTRUSTED,
    },
    async drive => {
      drive.answer = () => ({ result: { decision: "accept" } });
      const thread = await drive.thread();
      await drive.turn(thread, "go");
    },
  ),
  ...toolAnswers.map(([name, answer]) =>
    scenario(
      `a tool of the client that gives ${name}`,
      { script: [{ items: [functionCall("weather", { city: "x" }, "c1")] }, "done"] },
      async drive => {
        drive.answer = () => answer;
        const thread = await drive.thread({ dynamicTools: [weather] });
        await drive.turn(thread, "go");
        drive.notes["outputs"] = outputs(drive);
      },
    ),
  ),
  ...userAnswers.map(([name, answer]) =>
    scenario(
      `a question to the user that gets ${name}`,
      { script: [{ items: [functionCall("request_user_input", question, "c1")] }, "done"] },
      async drive => {
        drive.answer = () => answer;
        const thread = await drive.thread();
        const settings = { model: "gpt-5.2", reasoning_effort: null, developer_instructions: null };
        await drive.turn(thread, "go", { collaborationMode: { mode: "plan", settings } });
        drive.notes["outputs"] = outputs(drive);
      },
    ),
  ),
  ...grants.map(([name, answer]) =>
    scenario(
      `a request for permissions that grants ${name}`,
      {
        script: {
          of: ({ root }) => [
            {
              items: [
                functionCall(
                  "request_permissions",
                  {
                    reason: "to build",
                    permissions: { network: { enabled: true }, file_system: { write: [`${root}/x`] } },
                  },
                  "c1",
                ),
              ],
            },
            "done",
          ],
        },
        config: READ_ONLY,
        features: "request_permissions_tool = true",
      },
      async drive => {
        drive.answer = () => answer(drive);
        const thread = await drive.thread();
        await drive.turn(thread, "go");
        drive.notes["outputs"] = outputs(drive);
      },
    ),
  ),
];

import { customToolCall, functionCall, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { prompts, scenario, type Setting } from "./stage.ts";

/** A model that makes one call after another, whatever comes of them. */
function oneByOne(calls: readonly ReplyItem[]) {
  return [...calls.map(call => ({ items: [call] })), "done"];
}

/** Calls of one tool with these arguments, as text or as what becomes JSON. */
function calls(tool: string, ...list: readonly unknown[]): ReplyItem[] {
  return list.map((args, index) => functionCall(tool, args, `c${index}`));
}

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const heredoc = (text: string) => `apply_patch <<'EOF'\n${text}\nEOF`;

function argumentsOf(tool: string, list: readonly unknown[], setting: Omit<Setting, "script"> = {}) {
  return scenario(
    `arguments of ${tool}`,
    { files: { "work/a.txt": "a\n", "work/sub/s.txt": "s" }, ...setting, script: oneByOne(calls(tool, ...list)) },
    prompts("go"),
  );
}

const POLICIES = {
  never: '"never"',
  "on failure": '"on-failure"',
};

/** What needs rights: inside, outside, dangerous, by a rule, by an override, by a patch. */
const DEMANDING: readonly ReplyItem[] = [
  functionCall("shell_command", { command: "echo safe" }, "c0"),
  functionCall("shell_command", { command: "touch here.txt" }, "c1"),
  functionCall("exec_command", { cmd: "echo again", justification: "please" }, "c2"),
  functionCall("shell_command", { command: "rm -rf sub" }, "c3"),
  functionCall("exec_command", { cmd: "git status --short" }, "c4"),
  functionCall("exec_command", { cmd: "cat a.txt" }, "c5"),
  functionCall(
    "shell_command",
    {
      command: "touch over.txt",
      sandbox_permissions: "require_escalated",
      justification: "why",
      prefix_rule: ["touch"],
    },
    "c6",
  ),
  functionCall("exec_command", { cmd: "touch over.txt", sandbox_permissions: "with_additional_permissions" }, "c7"),
  functionCall("shell", { command: ["touch", "words.txt"], workdir: "sub" }, "c8"),
  customToolCall("apply_patch", patch("*** Add File: p.txt", "+p"), "c9"),
  customToolCall("apply_patch", patch("*** Update File: a.txt", "@@", "-a", "+b"), "c10"),
];

const RULES = `prefix_rule(pattern=["git"], decision="prompt", justification="ask git")
prefix_rule(pattern=["cat"], decision="forbidden", justification="no cats")
`;

/** The client's answers, one after another. */
function answering(...decisions: readonly unknown[]) {
  return async (drive: Drive) => {
    let asked = 0;
    drive.answer = () => ({ result: { decision: decisions[asked++ % decisions.length] } });
    const thread = await drive.thread();
    await drive.turn(thread, "go");
  };
}

function demanding(policy: keyof typeof POLICIES, mode: string, answers: string, decisions: readonly unknown[]) {
  return scenario(
    `what needs rights: ${policy}, ${mode}, ${answers}`,
    {
      script: oneByOne(DEMANDING),
      config: `sandbox_mode = "${mode}"\napproval_policy = ${POLICIES[policy]}`,
      files: { "work/a.txt": "a\n", "work/sub/s.txt": "s", "home/rules/default.rules": RULES },
    },
    answering(...decisions),
  );
}

const YES = ["accept"];
const MIXED = ["decline", "acceptForSession", "accept"];

/** Calls with odd arguments, odd items, and what needs rights under every policy. */
export const oddCalls = [
  argumentsOf("exec_command", [
    { cmd: "echo hi", workdir: null, shell: null, login: null, max_output_tokens: null, justification: null },
    { cmd: "echo hi", tty: null },
    { cmd: "echo hi", yield_time_ms: null },
    { cmd: "echo hi", sandbox_permissions: null },
    { cmd: "echo hi", sandbox_permissions: "odd" },
    '{"cmd":"echo 1","cmd":"echo 2"}',
    '{"cmd":"echo hi","yield_time_ms":1e3}',
    '{"cmd":"echo hi","yield_time_ms":-1}',
    '{"tty":1,"cmd":2}',
    '{"cmd":"echo \\ud800"}',
    '{"cmd":"echo \\ud83d\\ude00"}',
    '{"cmd":"a\nb"}',
    '{"cmd":"a",}',
    "",
    { cmd: heredoc(patch("*** Add File: h.txt", "+h")) },
    { cmd: heredoc(patch("*** Update File: none.txt", "@@", "-a", "+b")) },
    { cmd: "echo far", workdir: "sub/../nowhere" },
    { cmd: "seq 1 4000", max_output_tokens: 20 },
  ]),
  argumentsOf("write_stdin", [
    {},
    { session_id: 1 },
    { session_id: 1, chars: null },
    { session_id: 1, yield_time_ms: null },
    { session_id: "1" },
    '{"session_id":1.0}',
    { session_id: 2147483648 },
  ]),
  argumentsOf("shell_command", [
    { command: "echo hi", sandbox_permissions: null, timeout_ms: null, login: null },
    { command: "echo hi", sandbox_permissions: 3 },
    { command: ["echo"] },
    { command: "echo hi", timeout: 5000, timeout_ms: 5000 },
    { command: "echo hi", timeout: 1.5 },
    { command: "" },
    { command: "head -c 60000 /dev/zero | tr '\\0' x" },
    { command: "seq 1 9000" },
    { command: "exit 3" },
  ]),
  argumentsOf("shell", [
    { command: [] },
    { command: ["nosuch"] },
    { command: ["echo", "hi"], workdir: "" },
    { command: "echo hi" },
    { command: ["apply_patch", patch("*** Add File: g.txt", "+g")] },
    {},
  ]),
  argumentsOf("update_plan", [
    {},
    { plan: null },
    { plan: [], more: 1 },
    { plan: [{ step: "a", status: "pending", more: 1 }] },
    { plan: [{ step: "a", status: "doing" }] },
    { plan: {} },
    { explanation: 3, plan: 1 },
    { explanation: null, plan: [{ step: "a", status: "completed" }] },
  ]),
  argumentsOf("request_user_input", [{}, "{", { questions: [{ id: "q", header: "H", question: "Q?" }] }]),
  argumentsOf("view_image", [{}, { path: "" }, { path: "sub" }, { path: "none.png", detail: null }, { path: 1 }]),
  argumentsOf("apply_patch", [
    {},
    { input: 3 },
    { input: "" },
    { input: patch() },
    { input: patch("*** Add File: empty.txt") },
    { input: patch("*** Update File: a.txt", "*** Move to: b.txt", "@@", "-a", "+c") },
    { input: patch("*** Delete File: none.txt") },
  ]),
  scenario(
    "items of the server with more and less than they should have",
    {
      script: oneByOne([
        { type: "local_shell_call", call_id: "c1", action: { type: "exec", command: ["echo", "x"] } },
        {
          type: "local_shell_call",
          call_id: "c2",
          action: { type: "exec", command: ["pwd"], working_directory: "/", user: "nobody", env: { A: "1" }, more: 1 },
        },
        { type: "custom_tool_call", call_id: "c3", name: "nope", input: "x", status: null, namespace: "n", more: 2 },
        { type: "tool_search_call", call_id: "c4", arguments: "bad", more: 1 },
        { type: "tool_search_call", call_id: "c5", arguments: {} },
        { type: "tool_search_call", call_id: "c6", arguments: { query: "x" }, more: 1 },
        functionCall("nope", {}, "c7"),
        { type: "function_call", namespace: "ns__", name: "exec_command", arguments: "{}", call_id: "c8" },
      ]),
    },
    prompts("go"),
  ),
  scenario(
    "searches of the server of other kinds",
    {
      script: [
        {
          items: [
            { type: "web_search_call", id: "w1", action: { type: "odd", x: 1 } },
            { type: "web_search_call", id: "w2", action: { type: "search", query: "a", sources: [1] } },
            { type: "web_search_call", id: "w3", status: null, action: { type: "find_in_page", pattern: "p" } },
            { type: "web_search_call", id: "w4", action: null },
            "found",
          ],
        },
        "next",
      ],
    },
    prompts("go", "on"),
  ),
  scenario(
    "commands in a folder that is not there, in the sandbox",
    {
      script: oneByOne([
        functionCall("exec_command", { cmd: "pwd; echo $PWD; ls", workdir: "nowhere" }, "c1"),
        functionCall("exec_command", { cmd: "pwd", workdir: "nowhere", tty: true }, "c2"),
        functionCall("shell_command", { command: "pwd", workdir: "nowhere" }, "c3"),
        functionCall("shell", { command: ["pwd"], workdir: "nowhere" }, "c4"),
        functionCall("exec_command", { cmd: "pwd", workdir: "/dev/null" }, "c5"),
        functionCall("exec_command", { cmd: "pwd", workdir: "a.txt" }, "c6"),
        functionCall("exec_command", { cmd: "pwd; touch x", workdir: "/no/where" }, "c7"),
      ]),
      config: 'sandbox_mode = "workspace-write"\napproval_policy = "never"',
      files: { "work/a.txt": "a" },
    },
    prompts("go"),
  ),
  scenario(
    "a free text for a tool that takes arguments",
    { script: oneByOne([customToolCall("update_plan", "x", "c1")]) },
    prompts("go"),
  ),
  demanding("never", "read-only", "accepted", YES),
  demanding("never", "workspace-write", "one by one", MIXED),
  demanding("on failure", "workspace-write", "one by one", MIXED),
];

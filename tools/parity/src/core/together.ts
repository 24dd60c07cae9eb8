import { customToolCall, functionCall, reasoning, type Json, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { prompts, scenario } from "./stage.ts";
import { oneAfterAnother } from "./odd-arguments.ts";

const exec = (cmd: string, id: string, more: object = {}) => functionCall("exec_command", { cmd, ...more }, id);
const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

/** The session of a command that was left running, as the model reads it. */
function sessionOf(request: { input: readonly Json[] }, callId: string): number {
  const output = request.input.find(item => item["call_id"] === callId && String(item["type"]).endsWith("_output"));
  return Number(/session ID (\d+)/.exec(String(output?.["output"]))?.[1] ?? 0);
}

type Step = (session: number) => ReplyItem | readonly ReplyItem[];

/** A command that is left running, and what the model does with it then. */
function session(name: string, first: ReplyItem, steps: readonly Step[], config = "") {
  return scenario(
    `a session: ${name}`,
    {
      config,
      script: (request, { n }) => {
        if (n === 0) return { items: [first] };
        const step = steps[n - 1];
        if (step === undefined) return n === steps.length ? "done" : "second";
        const items = step(sessionOf(request, "s0"));
        return { items: Array.isArray(items) ? (items as ReplyItem[]) : [items as ReplyItem] };
      },
    },
    prompts("go", "on"),
  );
}

const write = (id: string, args: object) => (sessionId: number) =>
  functionCall("write_stdin", { session_id: sessionId, ...args }, id);

/** Several calls in one response, and commands that go on. */
export const together = [
  scenario(
    "a quick call behind a slow one",
    {
      script: [
        {
          items: [
            exec("sleep 0.6; echo slow", "c1"),
            functionCall("view_image", { path: "nope.png" }, "c2"),
            functionCall("nope", {}, "c3"),
            customToolCall("nope", "x", "c4"),
          ],
        },
        "done",
      ],
    },
    prompts("go"),
  ),
  scenario(
    "words around a call",
    {
      script: [
        {
          items: [
            "before",
            reasoning("think"),
            exec("echo hi", "c1"),
            "after",
            { type: "message", text: "last", phase: "final_answer" },
          ],
        },
        "done",
      ],
    },
    prompts("go"),
  ),
  scenario(
    "one id for three calls of different kinds",
    {
      script: [
        {
          items: [
            functionCall("update_plan", { plan: [] }, "c1"),
            customToolCall("apply_patch", "nonsense", "c1"),
            functionCall("view_image", { path: "none" }, "c1"),
          ],
        },
        "done",
        "again",
      ],
    },
    prompts("go", "on"),
  ),
  scenario(
    "the id of an earlier call",
    {
      script: [
        { items: [functionCall("update_plan", { plan: [] }, "c1")] },
        { items: [functionCall("view_image", { path: "none" }, "c1")] },
        "done",
        "again",
      ],
    },
    prompts("go", "on"),
  ),
  scenario(
    "an empty id",
    { script: [{ items: [functionCall("update_plan", { plan: [] }, "")] }, "done", "again"] },
    prompts("go", "on"),
  ),
  oneAfterAnother("names that are no tools", [
    functionCall("", {}, "n1"),
    functionCall("Exec_command", { cmd: "echo" }, "n2"),
    functionCall("exec_command ", { cmd: "echo" }, "n3"),
    functionCall("functions.exec_command", { cmd: "echo" }, "n4"),
    functionCall("container.exec", { command: ["echo", "x"] }, "n5"),
    functionCall("unified_exec", { cmd: "echo" }, "n6"),
    functionCall("web_search", { query: "x" }, "n7"),
    functionCall("tool_search", { query: "x" }, "n8"),
    functionCall("list_dir", { dir_path: "/" }, "n9"),
    functionCall("request_permissions", { permissions: {} }, "n10"),
    functionCall("spawn_agent", { message: "x" }, "n11"),
    functionCall("js_repl", { code: "1" }, "n12"),
    functionCall("read_mcp_resource", {}, "n13"),
    { type: "function_call", namespace: "", name: "update_plan", arguments: '{"plan":[]}', call_id: "n14" },
    { type: "function_call", namespace: "mcp__x__", name: "y", arguments: "{}", call_id: "n15" },
    { type: "function_call", namespace: null, name: "update_plan", arguments: '{"plan":[]}', call_id: "n16" },
    customToolCall("", "x", "n17"),
    customToolCall("exec", "text(1)", "n18"),
    { type: "tool_search_call", call_id: "n19", arguments: { query: "weather" } },
    { type: "tool_search_call", call_id: "n20", arguments: { query: "weather", limit: 0 } },
    { type: "tool_search_call", call_id: "n21", arguments: '{"query":"weather"}' },
    { type: "tool_search_call", call_id: "n22", arguments: null },
  ]),
  session("written to", exec("cat", "s0", { tty: true, yield_time_ms: 300 }), [
    write("w1", { chars: "hello\n" }),
    write("w2", { chars: "\u0003", yield_time_ms: 2000 }),
    write("w3", { chars: "more\n" }),
    write("w4", {}),
  ]),
  session("without a terminal", exec("sleep 1.2; echo end", "s0", { yield_time_ms: 250 }), [
    write("w1", { chars: "hello\n" }),
    write("w2", { chars: "" }),
    write("w3", { chars: "" }),
  ]),
  session("with limits", exec("seq 1 2000; sleep 60", "s0", { yield_time_ms: 1, max_output_tokens: 0 }), [
    write("w1", { chars: "", yield_time_ms: 1, max_output_tokens: 0 }),
    write("w2", { chars: "", yield_time_ms: 0 }),
  ]),
  session(
    "a program that is told to end",
    exec("sleep 0.5; stty size; read word; echo got $word; exit 7", "s0", { tty: true, yield_time_ms: 2000 }),
    [write("w1", { chars: "out\n", yield_time_ms: 3000 }), write("w2", { chars: "" })],
  ),
  session("killed by a signal", exec("sleep 1; kill -9 $$", "s0", { yield_time_ms: 250 }), [
    write("w1", { chars: "", yield_time_ms: 5000 }),
  ]),
  session("a command beside it, and the person's end of it", exec("sleep 60", "s0", { yield_time_ms: 250 }), [
    () => exec("echo beside", "b1"),
    write("w1", { session_id: 1 }),
    write("w2", { session_id: -5, chars: "x" }),
  ]),
  oneAfterAnother(
    "commands in odd places and shells",
    [
      exec("pwd", "e1", { workdir: "." }),
      exec("pwd", "e2", { workdir: "sub/" }),
      exec("pwd", "e3", { workdir: "~" }),
      exec("pwd", "e31", { workdir: "~/x" }),
      exec("pwd", "e32", { workdir: "~root" }),
      exec("pwd", "e33", { workdir: "~//sub/../x" }),
      functionCall("shell_command", { command: "pwd", workdir: "~/x" }, "e34"),
      functionCall("shell", { command: ["pwd"], workdir: "~" }, "e35"),
      {
        type: "local_shell_call",
        call_id: "e36",
        action: { type: "exec", command: ["pwd"], working_directory: "~/x" },
      },
      functionCall("view_image", { path: "~/x/nope.png" }, "e37"),
      functionCall("view_image", { path: "~" }, "e38"),
      functionCall("view_image", { path: "" }, "e39"),
      customToolCall("apply_patch", patch("*** Add File: ~/x/p.txt", "+p"), "e40"),
      functionCall(
        "exec_command",
        { cmd: `cd ~/x && apply_patch <<'EOF'\n${patch("*** Add File: q.txt", "+p")}\nEOF` },
        "e41",
      ),
      functionCall(
        "exec_command",
        { cmd: `apply_patch <<'EOF'\n${patch("*** Add File: r.txt", "+p")}\nEOF`, workdir: "~/x" },
        "e42",
      ),
      exec("ls ~/x", "e43"),
      exec("pwd", "e4", { workdir: " " }),
      exec("pwd; echo $0", "e5", { shell: "sh" }),
      exec("echo $0; shopt login_shell", "e6", { shell: "/bin/bash", login: false }),
      exec("echo $0", "e7", { shell: "" }),
      exec("echo $0", "e8", { shell: "fish" }),
      exec("echo $0", "e9", { shell: "/nowhere/bash" }),
      exec("echo $0", "e10", { shell: "python3" }),
      exec("tty; echo $TERM $NO_COLOR $LANG $PAGER $CODEX_CI; stty size", "e11", { tty: true }),
      exec(
        "tty; echo $TERM $NO_COLOR $LANG $PAGER $CODEX_CI $COLORTERM; readlink /proc/self/fd/0 | cut -d: -f1",
        "e12",
        { tty: false },
      ),
      functionCall(
        "shell_command",
        { command: "tty; echo $TERM $NO_COLOR $CODEX_CI; readlink /proc/self/fd/0 | cut -d: -f1" },
        "e13",
      ),
      exec("", "e14"),
      exec(" ", "e15"),
      exec("\n\n", "e16"),
      exec("echo a\0b", "e17"),
      functionCall("shell_command", { command: "echo a\0b" }, "e18"),
      functionCall("shell", { command: ["echo", "a\0b"] }, "e19"),
      functionCall("shell", { command: [""] }, "e20"),
      functionCall("shell", { command: ["/opt"] }, "e21"),
      functionCall("shell", { command: ["./a.txt"] }, "e22"),
      functionCall("shell", { command: ["bash", "-lc", "kill -TERM $$"] }, "e23"),
      functionCall("shell_command", { command: "kill -9 $$" }, "e24"),
      exec("kill -9 $$", "e25"),
      functionCall("shell_command", { command: "sleep 5", timeout_ms: 100 }, "e26"),
      functionCall("shell_command", { command: "echo partial; sleep 5 & sleep 5", timeout_ms: 400 }, "e27"),
      functionCall("shell", { command: ["bash", "-c", "echo err >&2; echo out; exit 1"] }, "e28"),
      exec("exit 256", "e29"),
      exec("echo err >&2", "e30"),
    ],
    { files: { "work/a.txt": "a\n", "work/sub/s.txt": "s", "x/x.txt": "x" } },
  ),
];

const QUESTION = { id: "q", header: "H", question: "Which?", options: [{ label: "A", description: "a" }] };

/** Questions of odd shapes to the person, in each mode. */
export const questions = ["plan", "default"].map(mode =>
  scenario(
    `questions to the person of odd shapes, in ${mode} mode`,
    {
      features: mode === "default" ? "default_mode_request_user_input = true" : "",
      script: [
        ...[
          { questions: [] },
          { questions: [{ ...QUESTION, options: [] }] },
          { questions: [{ ...QUESTION, options: null }] },
          { questions: [QUESTION, { ...QUESTION, options: undefined }] },
          { questions: [{ ...QUESTION, id: "" }] },
          { questions: [{ ...QUESTION, id: 3 }] },
          { questions: [{ ...QUESTION, header: undefined }] },
          { questions: [{ ...QUESTION, options: [{ label: "A" }] }] },
          { questions: [{ ...QUESTION, isOther: false, is_other: false, isSecret: true, is_secret: true, more: 1 }] },
          { questions: [QUESTION, QUESTION], more: 1 },
          { questions: QUESTION },
          { questions: null },
        ].map((args, n) => ({ items: [functionCall("request_user_input", args, `q${n}`)] })),
        { items: [functionCall("update_plan", { plan: [] }, "u")] },
        "done",
      ],
    },
    async (drive: Drive) => {
      drive.answer = ({ params }) => ({
        result: {
          answers: Object.fromEntries(
            ((params?.["questions"] ?? []) as Json[]).map(({ id }) => [id, { answers: ["A", "other"] }]),
          ),
        },
      });
      const thread = await drive.thread();
      const settings = { model: "gpt-5.2", reasoning_effort: null, developer_instructions: null };
      await drive.turn(thread, "go", mode === "plan" ? { collaborationMode: { mode: "plan", settings } } : {});
    },
  ),
);

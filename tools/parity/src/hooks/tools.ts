import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { customToolCall, type Script } from "@codex-ts-tools/model-server";
import { prompts } from "../core/stage.ts";
import { call, hooked, says, SEEN, shell, specific } from "./stage.ts";

const pre = (fields: object): object => specific("PreToolUse", fields);
const post = (fields: object): object => specific("PostToolUse", fields);
const PATCH = "*** Begin Patch\n*** Add File: n.txt\n+hello\n*** End Patch\n";
const patch = [{ items: [customToolCall("apply_patch", PATCH, "c1")] }, "done"];
const server = `\n${stdioServerToml("srv", { tools: ["echo", "fail", "struct", "everything", "nothing"] })}`;
const mcpCall = (name: string, args: string): Script =>
  [
    { items: [{ type: "function_call", namespace: "mcp__srv__", name, arguments: args, call_id: "c1" }] },
    "done",
  ] as unknown as Script;
const both = { PreToolUse: [SEEN], PostToolUse: [SEEN] };

/** Hooks around tools. */
export const toolHooks = [
  hooked(
    "one of each event",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: [SEEN],
        PermissionRequest: [SEEN],
        PostToolUse: [SEEN],
        SessionStart: [SEEN],
        UserPromptSubmit: [SEEN],
        Stop: [SEEN],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: exit 2 with a reason",
    { script: shell("touch x"), hooks: { PreToolUse: ["echo '  no way ' >&2; exit 2"] } },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: deny",
    {
      script: shell("echo hi"),
      hooks: { PreToolUse: [says(pre({ permissionDecision: "deny", permissionDecisionReason: " policy " }))] },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: legacy block",
    { script: shell("echo hi"), hooks: { PreToolUse: [says({ decision: "block", reason: "legacy" })] } },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: the first of two blocks",
    { script: shell("echo hi"), hooks: { PreToolUse: [["sleep 0.3; echo a >&2; exit 2", "echo b >&2; exit 2"]] } },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: what is not supported",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: [
          says(pre({ permissionDecision: "allow" })),
          says(pre({ permissionDecision: "ask" })),
          says(pre({ updatedInput: { command: "x" } })),
          says(pre({ additionalContext: "c" })),
          says(pre({ additionalContext: " " })),
          says(pre({ permissionDecision: "deny" })),
          says(pre({ permissionDecisionReason: "r" })),
          says({ continue: false, stopReason: "s", systemMessage: "w" }),
          says({ stopReason: "s" }),
          says({ suppressOutput: true }),
          says({ decision: "approve" }),
          says({ decision: "block", reason: " " }),
          says({ reason: "r" }),
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: new style before legacy",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: [
          says({ ...pre({ additionalContext: "" }), decision: "block", reason: "unread" }),
          says({ ...pre({ permissionDecision: null }), decision: "block", reason: "read" }),
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: texts, scalars and broken JSON",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: [
          "echo just text",
          "echo true",
          "echo '\"deny\"'",
          "echo '{\"a\":'",
          says({ foo: 1 }),
          "exit 2",
          "exit 7",
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: members that come twice",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: [
          '{"decision":"block","decision":"block","reason":"r"}',
          '{"hookSpecificOutput":null,"hookSpecificOutput":null,"decision":"block","reason":"r"}',
          '{"hookSpecificOutput":{"hookEventName":"PreToolUse","hookEventName":"PreToolUse"}}',
          '{"hookSpecificOutput":{"hookEventName":"PreToolUse","updatedInput":{"a":1,"a":2}}}',
          '{"continue":true,"\\u0063ontinue":true}',
        ].map(text => `printf '%s' '${text}'`),
      },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: out of time",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: [
          { command: "sleep 5", timeout: 1, statusMessage: "thinking" },
          { command: "sleep 5", timeout: 0 },
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PreToolUse: matchers",
    {
      script: shell("echo hi"),
      hooks: {
        PreToolUse: ["Bash", "^Bash$", "bash", "Bas", "Bas.", "B|Bash", "*", "", "mcp__.*"].map((matcher, at) => ({
          matcher,
          hooks: [`echo ${at} >&2; exit 9`],
        })),
      },
    },
    prompts("go"),
  ),
  hooked(
    "tools: an argument list",
    { script: call("shell", { command: ["echo", "a b", "it's", "$x"] }), hooks: both },
    prompts("go"),
  ),
  hooked(
    "tools: exec_command that ends",
    { script: call("exec_command", { cmd: "echo hi" }), hooks: both },
    prompts("go"),
  ),
  hooked(
    "tools: exec_command that fails",
    { script: call("exec_command", { cmd: "echo bad; exit 3" }), hooks: both },
    prompts("go"),
  ),
  hooked("tools: shell_command that fails", { script: shell("echo bad; exit 3"), hooks: both }, prompts("go")),
  hooked(
    "tools: exec_command blocked",
    { script: call("exec_command", { cmd: "touch x" }), hooks: { PreToolUse: ["echo no >&2; exit 2"] } },
    prompts("go"),
  ),
  hooked(
    "tools: a patch",
    {
      script: patch,
      hooks: {
        PreToolUse: [{ matcher: "Write|Edit", hooks: [SEEN] }],
        PostToolUse: [{ matcher: "^apply_patch$", hooks: [SEEN] }],
      },
    },
    prompts("go"),
  ),
  hooked(
    "tools: a patch that is blocked",
    { script: patch, hooks: { PreToolUse: [{ matcher: "Write", hooks: ["echo no >&2; exit 2"] }] } },
    prompts("go"),
  ),
  hooked(
    "tools: a patch that does not apply",
    { script: [{ items: [customToolCall("apply_patch", PATCH.replace("Add", "Update"), "c1")] }, "done"], hooks: both },
    prompts("go"),
  ),
  hooked(
    "tools: a patch in a shell call",
    { script: call("shell", { command: ["apply_patch", PATCH] }), hooks: both },
    prompts("go"),
  ),
  hooked(
    "tools: update_plan has no hooks",
    { script: call("update_plan", { plan: [{ step: "a", status: "pending" }] }), hooks: both },
    prompts("go"),
  ),
  hooked(
    "tools: an MCP tool",
    {
      tables: server,
      script: mcpCall("echo", '{"text":"t"}'),
      hooks: {
        PreToolUse: [{ matcher: "mcp__srv__.*", hooks: [SEEN] }],
        PostToolUse: [{ matcher: "mcp__srv__echo", hooks: [SEEN] }],
      },
    },
    prompts("go"),
  ),
  hooked(
    "tools: an MCP tool with a structure and no arguments",
    { tables: server, script: mcpCall("struct", ""), hooks: both },
    prompts("go"),
  ),
  ...["everything", "nothing"].map(tool =>
    hooked(
      `tools: an MCP tool whose result says ${tool}`,
      { tables: server, script: mcpCall(tool, "{}"), hooks: both },
      prompts("go"),
    ),
  ),
  hooked(
    "tools: an MCP tool that fails",
    { tables: server, script: mcpCall("fail", "{}"), hooks: both },
    prompts("go"),
  ),
  hooked(
    "tools: an MCP tool that is blocked",
    {
      tables: server,
      script: mcpCall("echo", "{}"),
      hooks: { PreToolUse: [{ matcher: "echo$", hooks: ["echo no >&2; exit 2"] }] },
    },
    prompts("go"),
  ),
  hooked(
    "tools: an MCP tool whose result is replaced",
    { tables: server, script: mcpCall("echo", "{}"), hooks: { PostToolUse: ["echo better >&2; exit 2"] } },
    prompts("go"),
  ),
  hooked("tools: an unknown tool", { script: call("nonsense", {}), hooks: both }, prompts("go")),
  hooked(
    "tools: arguments that cannot be read",
    { script: call("shell_command", { cmd: 5 }), hooks: both },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: context, block and exit 2",
    {
      script: shell("echo hi"),
      hooks: {
        PostToolUse: [
          [
            says({ decision: "block", reason: "bad output", ...post({ additionalContext: "ctx A" }) }),
            "echo fb B >&2; exit 2",
          ],
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: stop with a reason",
    {
      script: shell("echo hi"),
      hooks: { PostToolUse: [says({ continue: false, stopReason: "halt", reason: "model text" })] },
    },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: stop without one",
    { script: shell("echo hi"), hooks: { PostToolUse: [says({ continue: false })] } },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: stop beside something invalid",
    {
      script: shell("echo hi"),
      hooks: { PostToolUse: [says({ continue: false, suppressOutput: true, ...post({ additionalContext: "c" }) })] },
    },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: what is not supported",
    {
      script: shell("echo hi"),
      hooks: {
        PostToolUse: [
          says({ suppressOutput: true }),
          says(post({ updatedMCPToolOutput: 1, additionalContext: "c" })),
          says({ decision: "block" }),
          says({ reason: "r" }),
          "exit 2",
          "echo text",
          "echo '{'",
          says(post({ additionalContext: "kept" })),
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: exec_command replaced",
    { script: call("exec_command", { cmd: "echo hi" }), hooks: { PostToolUse: ["echo better >&2; exit 2"] } },
    prompts("go"),
  ),
  hooked(
    "PostToolUse: a patch replaced",
    { script: patch, hooks: { PostToolUse: ["echo better >&2; exit 2"] } },
    prompts("go"),
  ),
];

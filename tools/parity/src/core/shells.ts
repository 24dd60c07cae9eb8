import { functionCall } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

/** Which shells a thread has, and how much of their output the model reads. */
export const shells = [
  scenario(
    "login shells that are forbidden",
    {
      config: "allow_login_shell = false",
      script: [
        { items: [functionCall("exec_command", { cmd: "shopt login_shell", login: true }, "c1")] },
        { items: [functionCall("shell_command", { command: "shopt login_shell", login: true }, "c2")] },
        { items: [functionCall("exec_command", { cmd: "shopt login_shell" }, "c3")] },
        { items: [functionCall("shell_command", { command: "shopt login_shell", login: false }, "c4")] },
        "done",
      ],
    },
    prompts("go"),
  ),
  scenario(
    "no shell",
    {
      features: "shell_tool = false",
      script: [
        { items: [functionCall("exec_command", { cmd: "echo" }, "c1")] },
        { items: [functionCall("shell_command", { command: "echo" }, "c2")] },
        { items: [functionCall("shell", { command: ["echo"] }, "c3")] },
        { items: [{ type: "local_shell_call", call_id: "c4", command: ["echo"] }] },
        { items: [functionCall("write_stdin", { session_id: 1 }, "c5")] },
        "done",
      ],
    },
    prompts("go"),
  ),
  scenario(
    "small limits for outputs",
    {
      config: "tool_output_token_limit = 60",
      script: [
        { items: [functionCall("exec_command", { cmd: "seq 1 400" }, "c1")] },
        { items: [functionCall("shell_command", { command: "seq 1 400" }, "c2")] },
        { items: [functionCall("exec_command", { cmd: "seq 1 400", max_output_tokens: 20 }, "c3")] },
        { items: [functionCall("exec_command", { cmd: "seq 1 400", max_output_tokens: 0 }, "c4")] },
        "done",
      ],
    },
    prompts("go"),
  ),
];

import { functionCall, customToolCall, reasoning } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

/** Turns without anything special. */
export const plain = [
  scenario("a plain answer", { script: ["hello there"] }, prompts("say hello")),
  scenario("two turns without a change", { script: ["one", "two"] }, prompts("1", "2")),
  scenario(
    "a shell command by exec_command",
    { script: [{ items: [functionCall("exec_command", { cmd: "echo hi" }, "c1")] }, "done"] },
    prompts("run it"),
  ),
  scenario(
    "a patch in freeform",
    {
      script: [
        {
          items: [
            customToolCall("apply_patch", "*** Begin Patch\n*** Add File: note.txt\n+hello\n*** End Patch\n", "c1"),
          ],
        },
        "done",
      ],
    },
    prompts("write it"),
  ),
  scenario("reasoning and an answer", { script: [{ items: [reasoning("thinking"), "answer"] }] }, prompts("think")),
];

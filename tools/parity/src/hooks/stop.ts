import { prompts } from "../core/stage.ts";
import { firstTime, hooked, says, SEEN } from "./stage.ts";

const block = (reason: string): string => says({ decision: "block", reason });

/** How a turn ends. */
export const stop = [
  hooked(
    "Stop: goes on once, with escapes",
    { hooks: { Stop: [`${SEEN}; ${firstTime(block('keep <going> & "x"'))}`] } },
    prompts("go", "next"),
  ),
  hooked(
    "Stop: two blocks make one message",
    { hooks: { Stop: [[firstTime("echo first >&2; exit 2", "a"), firstTime("echo second >&2; exit 2", "b")]] } },
    prompts("go"),
  ),
  hooked(
    "Stop: a stop wins over a block",
    { hooks: { Stop: [[block("go"), says({ continue: false, stopReason: "done" })]] } },
    prompts("go"),
  ),
  hooked(
    "Stop: ways to fail",
    {
      hooks: {
        Stop: [
          "echo hello",
          "echo true",
          says({ decision: "block" }),
          says({ decision: "block", reason: " " }),
          says({ reason: "r" }),
          says({ hookSpecificOutput: { hookEventName: "Stop" } }),
          "exit 2",
          "exit 3",
          says({ suppressOutput: true, systemMessage: "w" }),
        ],
      },
    },
    prompts("go"),
  ),
  hooked(
    "Stop: is shown again when the thread is read",
    { hooks: { Stop: [firstTime(block("again"))] } },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "go");
      await drive.restart();
      const { result } = await drive.note("read", "thread/read", { threadId, includeTurns: true });
      drive.notes["read"] = ((result?.["thread"] as { turns: { items: unknown }[] } | undefined)?.turns ?? []).map(
        ({ items }) => items,
      );
      await drive.call("thread/resume", { threadId });
      await drive.turn(threadId, "next");
    },
  ),
  hooked(
    "Stop: after a command",
    {
      script: [
        {
          items: [{ type: "function_call", name: "shell_command", arguments: '{"command":"echo hi"}', call_id: "c1" }],
        },
        "done",
        "more",
      ],
      hooks: { Stop: [`${SEEN}; ${firstTime(block("again"))}`] },
    },
    prompts("go"),
  ),
];

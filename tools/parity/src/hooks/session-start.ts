import { prompts } from "../core/stage.ts";
import { hooked, says, SEEN, specific } from "./stage.ts";

const context = (additionalContext: string): object => specific("SessionStart", { additionalContext });

/** How a session begins. */
export const sessionStart = [
  hooked(
    "SessionStart: text, a matcher that does not fit, and an object",
    {
      hooks: {
        SessionStart: [
          `${SEEN}; echo ' remember A '`,
          { matcher: "resume", hooks: ["echo no"] },
          { matcher: "startup|clear", hooks: [says(context("remember B"))] },
        ],
      },
    },
    prompts("hello", "again"),
  ),
  hooked(
    "SessionStart: stops the first turn",
    { hooks: { SessionStart: [says({ ...context("cx"), continue: false, stopReason: "nope", systemMessage: "w" })] } },
    prompts("first", "second"),
  ),
  hooked(
    "SessionStart: stops without a reason",
    { hooks: { SessionStart: [says({ continue: false }), says({ suppressOutput: true })] } },
    prompts("first", "second"),
  ),
  hooked(
    "SessionStart: exit 2 means nothing, exit 3 neither",
    { hooks: { SessionStart: ["echo x >&2; exit 2", "exit 3"] } },
    prompts("hello"),
  ),
  hooked(
    "SessionStart: bad outputs",
    {
      hooks: {
        SessionStart: [
          says({ decision: "block", reason: "x" }),
          "echo '{'",
          "echo '[1]'",
          "echo true",
          says({ hookSpecificOutput: { additionalContext: "no name" } }),
          says(specific("Stop", { additionalContext: "another name" })),
          says({ continue: null }),
          says({ stopReason: null, systemMessage: null, hookSpecificOutput: null }),
        ],
      },
    },
    prompts("hello"),
  ),
  hooked("SessionStart: startup, then resume", { hooks: { SessionStart: [SEEN] } }, async drive => {
    const threadId = await drive.thread();
    await drive.turn(threadId, "one");
    await drive.restart();
    await drive.call("thread/resume", { threadId });
    await drive.turn(threadId, "two");
  }),
  hooked("SessionStart: a fork starts up", { hooks: { SessionStart: [SEEN] } }, async drive => {
    const threadId = await drive.thread();
    await drive.turn(threadId, "one");
    const { thread } = await drive.call("thread/fork", { threadId });
    await drive.turn(String((thread as { id: string }).id), "two");
  }),
  hooked(
    "SessionStart: clear",
    { hooks: { SessionStart: [SEEN, { matcher: "clear", hooks: ["echo c"] }] } },
    async drive => {
      await drive.turn(await drive.thread({ sessionStartSource: "clear" }), "one");
    },
  ),
  hooked("SessionStart: a thread that is not kept", { hooks: { SessionStart: [SEEN] } }, async drive => {
    await drive.turn(await drive.thread({ ephemeral: true }), "one");
  }),
];

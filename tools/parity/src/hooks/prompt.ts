import { prompts } from "../core/stage.ts";
import { hooked, says, SEEN, specific } from "./stage.ts";

const context = (additionalContext: string): object => specific("UserPromptSubmit", { additionalContext });
const dropsBad = `if grep -q '"prompt":"bad'; then echo no >&2; exit 2; fi`;

/** What becomes of prompts. */
export const userPrompt = [
  hooked(
    "UserPromptSubmit: text and an object",
    { hooks: { UserPromptSubmit: [`${SEEN}; echo note`, says(context("more"))] } },
    prompts("hello", "again"),
  ),
  hooked(
    "UserPromptSubmit: blocks, and another adds",
    {
      hooks: { UserPromptSubmit: [[says({ decision: "block", reason: "secret", ...context("why") }), "echo always"]] },
    },
    prompts("first"),
  ),
  hooked(
    "UserPromptSubmit: drops one prompt of two",
    { hooks: { UserPromptSubmit: [dropsBad] } },
    prompts("bad one", "good one"),
  ),
  hooked(
    "UserPromptSubmit: ways to fail",
    {
      hooks: {
        UserPromptSubmit: [
          says({ decision: "block", reason: " ", ...context("never") }),
          says({ decision: "block" }),
          says({ reason: "alone" }),
          says({ decision: "approve" }),
          "exit 2",
          "exit 1",
          "echo '{'",
          "kill -9 $$",
          { command: "sleep 5", timeout: 1 },
        ],
      },
    },
    prompts("hello"),
  ),
  hooked(
    "UserPromptSubmit: stops",
    { hooks: { UserPromptSubmit: [says({ continue: false, stopReason: "halt", ...context("cx") })] } },
    prompts("one", "two"),
  ),
  hooked(
    "UserPromptSubmit: reason as written",
    { hooks: { UserPromptSubmit: [says({ decision: "block", reason: " spaced " })] } },
    prompts("one"),
  ),
  hooked(
    "UserPromptSubmit: matcher is ignored",
    { hooks: { UserPromptSubmit: [{ matcher: "[", hooks: ["echo x"] }] } },
    prompts("one"),
  ),
  hooked("UserPromptSubmit: several text parts", { hooks: { UserPromptSubmit: [SEEN] } }, async drive => {
    const threadId = await drive.thread();
    const input = ["a", "b"].map(text => ({ type: "text", text }));
    const from = drive.wire.messages.length;
    await drive.call("turn/start", { threadId, input });
    await drive.until("turn/completed", () => true, from);
  }),
];

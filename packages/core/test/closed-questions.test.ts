import { expect, test } from "vitest";
import { requestPermissionsTool } from "../src/tools/request-permissions.ts";
import { requestUserInputTool } from "../src/tools/request-user-input.ts";
import type { Tool, ToolContext } from "../src/tools/tool.ts";

/** As much of a turn as a question needs, of a client that is gone before it answers. */
function closedTurn(): ToolContext {
  const session = { config: { features: {} }, approvalSlots: {}, services: { env: {} } };
  const settings = { cwd: "/work", approvalPolicy: "on-request", approvalsReviewer: "user", collaborationMode: "plan" };
  const turn = {
    session,
    context: { settings },
    grants: { strictAutoReview: false },
    callInputs: { wasReplaced: () => false },
    signal: new AbortController().signal,
    ask: () => Promise.resolve({ type: "closed" }),
  };
  return { session, turn } as unknown as ToolContext;
}

const OPTIONS = [{ label: "A", description: "a" }];

test.each<[string, Tool, object]>([
  ["request_permissions", requestPermissionsTool(), { permissions: { network: { enabled: true } } }],
  [
    "request_user_input",
    requestUserInputTool(),
    { questions: [{ id: "q", header: "H", question: "Q?", options: OPTIONS }] },
  ],
])("a question of %s that is closed was cancelled, and gives nothing", async (name, tool, input) => {
  const call = { callId: "c1", name, payload: { kind: "function", arguments: JSON.stringify(input) } };
  await expect(tool.run(call as never, closedTurn())).rejects.toThrow(
    `${name} was cancelled before receiving a response`,
  );
});

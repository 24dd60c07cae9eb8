import { createRuntime, defineTool, type RuntimeOptions, type ThreadRequest } from "@codex-ts/core";
import { z } from "zod";

const rollDice = defineTool({
  name: "roll_dice",
  description: "Rolls dice and tells what they show.",
  input: z.object({ sides: z.number().int().min(2) }),
  run: ({ sides }) => `a die with ${sides} sides shows ${Math.ceil(sides / 2)}`,
});

export interface Agent {
  runtime: Pick<RuntimeOptions, "codexHome" | "env" | "config">;
  cwd: string;
  /** Says yes or no to a command or a patch that needs approval. */
  approve(request: ThreadRequest): boolean;
  /** Takes the answer as it comes. */
  write(text: string): void;
}

/** One prompt to an agent with a tool of its own, an approval handler of its own, and its answer as a stream. */
export async function ask(prompt: string, { runtime: options, cwd, approve, write }: Agent): Promise<void> {
  const runtime = createRuntime({ version: "1.0.0", originator: "example", ...options });
  const { thread } = await runtime.startThread({
    cwd,
    ephemeral: true,
    tools: [rollDice],
    overrides: { approvalPolicy: "untrusted" },
  });
  thread.submit({ type: "userTurn", input: [{ type: "text", text: prompt, text_elements: [] }] });
  for await (const event of thread.events) {
    if (event.kind === "request") event.respond({ decision: approve(event) ? "accept" : "decline" });
    else if (event.method === "item/agentMessage/delta") write(event.params.delta);
    else if (event.method === "turn/completed") break;
  }
  await runtime.shutdown();
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionCall, startModelServer } from "@codex-ts-tools/model-server";
import { expect, test } from "vitest";
import { createPoliteRuntime } from "../src/policy-hook.ts";

test("the policy hook stops one command and lets the other run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-hook-"));
  const cmd = (line: string, id: string) => functionCall("shell_command", { command: line }, id);
  const server = await startModelServer([
    { items: [cmd("git push --force", "c1"), cmd("echo pushed politely", "c2")] },
    "done",
  ]);
  const runtime = createPoliteRuntime({
    codexHome: folder,
    env: { PATH: process.env["PATH"] },
    config: {
      cliOverrides: [
        ["model_provider", "scripted"],
        ["model_providers.scripted", { name: "scripted", base_url: server.url }],
      ],
    },
  });
  const overrides = { approvalPolicy: "never", sandboxMode: "danger-full-access" } as const;
  const { thread } = await runtime.startThread({ cwd: folder, ephemeral: true, overrides });
  thread.submit({ type: "userTurn", input: [{ type: "text", text: "push", text_elements: [] }] });
  for await (const event of thread.events) if (event.method === "turn/completed") break;
  await runtime.shutdown();
  const outputs = server.requests[1]?.functionOutputs() ?? [];
  expect(JSON.stringify(outputs)).toContain(
    "Command blocked by PreToolUse hook: pushing with --force is not done here. Command: git push --force",
  );
  expect(JSON.stringify(outputs)).toContain("pushed politely");
  await server.close();
  await rm(folder, { recursive: true });
});

import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionCall, startModelServer } from "@codex-ts-tools/model-server";
import { expect, test } from "vitest";
import { ask } from "../src/agent.ts";

test("the example asks before it runs a command, uses its own tool and streams the answer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-core-"));
  const server = await startModelServer([
    { items: [functionCall("roll_dice", { sides: 6 }, "c1"), functionCall("exec_command", { cmd: "touch no" }, "c2")] },
    { text: "It shows three." },
  ]);
  const asked: string[] = [];
  let answer = "";
  await ask("Roll a die", {
    runtime: {
      codexHome: folder,
      env: { PATH: process.env["PATH"] },
      config: {
        cliOverrides: [
          ["model_provider", "scripted"],
          ["model_providers.scripted", { name: "scripted", base_url: server.url }],
        ],
      },
    },
    cwd: folder,
    approve: request => {
      asked.push(request.method);
      return false;
    },
    write: text => (answer += text),
  });
  expect(answer).toBe("It shows three.");
  expect(asked).toEqual(["item/commandExecution/requestApproval"]);
  expect(JSON.stringify(server.requests[1]?.body)).toContain("a die with 6 sides shows 3");
  await expect(access(join(folder, "no"))).rejects.toThrow("ENOENT");
  await server.close();
  await rm(folder, { recursive: true });
});

import type { ServerScript } from "@codex-ts-tools/mcp-servers";
import { expect, it } from "vitest";
import { start, stdio, textOf } from "./harness.ts";

it("35 servers that misbehave in every way at once leave the others unharmed", async () => {
  const cyclic = { type: "object", properties: { next: { $ref: "#" } } };
  const odd: ServerScript[] = [
    { exitAtOnce: 1 },
    { silent: true },
    { initError: { code: -32603, message: "no" } },
    { initResult: [1] },
    { noise: ["ready!", "{broken", "[]"] },
    { flood: true },
    { listResult: {} },
    { listResult: { tools: "none" } },
    { many: 2000 },
    { tools: ["echo", "echo"] },
    { tools: [{ name: "cyclic", inputSchema: cyclic }, 7 as unknown as string] },
    { listDelayMs: 60_000 },
  ];
  const servers = Object.fromEntries(
    Array.from({ length: 35 }, (_, n) => [`odd_${n}`, stdio(odd[n % odd.length], { startupTimeoutSec: 100 })]),
  );
  const others = { first: stdio(), last: stdio({ tools: ["pid", "echo"] }) };
  const { manager, updates } = start({ first: others.first, ...servers, last: others.last });
  const answers = await Promise.all(
    Object.keys(others).map(async name => textOf(await manager.callTool(name, "echo", { text: name }))),
  );
  expect(answers).toEqual(["echo:first", "echo:last"]);
  // Nobody waited for those that hang: their time is not over.
  expect(updates.filter(({ server, status }) => /odd_(1|13|25)$/.test(server) && status !== "starting")).toEqual([]);
  await manager.cancelStartup();
  const { ready, failed, cancelled } = await manager.summary();
  expect(ready.length + failed.length + cancelled.length).toBe(37);
  expect(ready).toEqual(expect.arrayContaining(["first", "last", "odd_4", "odd_9"]));
}, 120_000);

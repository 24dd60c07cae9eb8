import { symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { machineFacts } from "@codex-ts/sandbox";
import { afterEach, describe, expect, test } from "vitest";
import { openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const { bwrap } = await machineFacts({ path: process.env["PATH"] ?? "", cwd: "/" });
const done = { text: "done" };

/** A turn that calls a tool in a workspace whose `.codex` is a link, which no sandbox can keep from being repointed. */
async function turnOf(policy: string, tool: string, args: object) {
  world = await openWorld([{ items: [functionCall(tool, args, "c1")] }, done], {
    config: `approval_policy = "${policy}"\nsandbox_mode = "workspace-write"`,
  });
  await symlink("docs", join(world.cwd, ".codex"));
  const listening = await world.start();
  listening.answer = () => ({ decision: "accept" });
  const events = await listening.turn("go");
  return {
    reasons: events.flatMap(event => (event.kind === "request" ? [(event.params as { reason?: string }).reason] : [])),
    items: outline(events).filter(line => line.includes("commandExecution")),
    said: String(outputs(world.server.requests[1]!.body)["c1"]),
    ran: existsSync(join(world.cwd, "ran")),
  };
}

const why = () =>
  `cannot enforce sandbox read-only path ${world.cwd}/.codex because it crosses writable symlink ${world.cwd}/.codex`;

describe.runIf(bwrap.usable)("a command that its sandbox refuses to start", () => {
  test.each([
    [
      "shell_command",
      { command: "touch ran" },
      [
        "item/started commandExecution:inProgress",
        "item/commandExecution/outputDelta",
        "item/completed commandExecution:failed",
      ],
    ],
    // A process that is denied before its item began leaves none.
    ["exec_command", { cmd: "touch ran" }, []],
  ])("has ended: %s tells the model why, and nothing ran", async (tool, args, shown) => {
    const { reasons, items, said, ran } = await turnOf("never", tool, args);
    expect(items).toEqual(shown);
    expect(said).toMatch(/^(?:Exit code: 101$|Process exited with code 101$)/m);
    expect(said).toContain(why());
    expect({ reasons, ran }).toEqual({ reasons: [], ran: false });
  });

  test("may run without the sandbox where a person says so after failures", async () => {
    const { reasons, ran } = await turnOf("on-failure", "shell_command", { command: "touch ran" });
    expect({ reasons, ran }).toEqual({ reasons: ["command failed; retry without sandbox?"], ran: true });
  });
});

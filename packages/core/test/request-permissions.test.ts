import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const FEATURES = "[features]\nrequest_permissions_tool = true\nexec_permission_approvals = true\n";
const CONFINED =
  'sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nexclude_tmpdir_env_var = true\nexclude_slash_tmp = true\n';
const config = (policy: string) => `approval_policy = ${policy}\n${CONFINED}${FEATURES}`;
const done = { text: "done" };
const NOTHING = '{"permissions":{"network":null,"file_system":null},"scope":"turn"}';

function questions(events: readonly ThreadEvent[]): [string, unknown][] {
  return events.flatMap(event => (event.kind === "request" ? [[event.method, event.params] as [string, unknown]] : []));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A turn in which the model asks for a folder beside the workspace, and then touches it; the answer decides. */
async function asksAndTouches(answer: (a: string) => unknown, policy = '"on-request"') {
  world = await openWorld(
    (_request, { n }) => {
      const a = join(world.home, "a");
      switch (n) {
        case 0:
          return {
            items: [
              functionCall(
                "request_permissions",
                {
                  reason: "why",
                  permissions: { network: { enabled: true }, file_system: { write: [a, join(world.home, "b")] } },
                },
                "p1",
              ),
            ],
          };
        case 1:
          return { items: [functionCall("exec_command", { cmd: `touch ${a}/one` }, "t1")] };
        case 3:
          return { items: [functionCall("exec_command", { cmd: `touch ${a}/two` }, "t2")] };
        default:
          return done;
      }
    },
    { config: config(policy) },
  );
  await mkdir(join(world.home, "a"));
  const listening = await world.start();
  listening.answer = request =>
    request.method === "item/permissions/requestApproval" ? answer(join(world.home, "a")) : { decision: "decline" };
  const first = await listening.turn("go");
  await listening.turn("again");
  const a = join(world.home, "a");
  return { first, a, one: await exists(join(a, "one")), two: await exists(join(a, "two")) };
}

test("permissions are asked for with their reason, and a grant for the turn ends with it (tools vectors, approvals row 8)", async () => {
  const { first, a, one, two } = await asksAndTouches(folder => ({ permissions: { fileSystem: { write: [folder] } } }));
  const b = join(world.home, "b");
  expect(questions(first)).toEqual([
    [
      "item/permissions/requestApproval",
      {
        threadId: expect.any(String),
        turnId: expect.any(String),
        itemId: "p1",
        cwd: world.cwd,
        reason: "why",
        permissions: {
          network: { enabled: true },
          fileSystem: {
            read: null,
            write: [a, b],
            entries: [
              { path: { type: "path", path: a }, access: "write" },
              { path: { type: "path", path: b }, access: "write" },
            ],
          },
        },
      },
    ],
  ]);
  expect(outputs(world.server.requests[1]!.body)["p1"]).toBe(
    `{"permissions":{"network":null,"file_system":{"write":["${a}"]}},"scope":"turn"}`,
  );
  expect(outline(first).filter(line => line.includes("item/") && !/userMessage|agentMessage/.test(line))).toEqual([
    "item/permissions/requestApproval",
    "item/started commandExecution:inProgress",
    "item/completed commandExecution:completed",
  ]);
  expect([one, two]).toEqual([true, false]);
});

test("a grant for the session holds in the next turn", async () => {
  const { one, two } = await asksAndTouches(a => ({ permissions: { fileSystem: { write: [a] } }, scope: "session" }));
  expect([one, two]).toEqual([true, true]);
});

test.each([
  [
    "more than was asked for",
    (a: string) => ({ permissions: { fileSystem: { write: [join(a, "..", "..")] } } }),
    NOTHING,
  ],
  [
    "a strict review for the whole session",
    (a: string) => ({ permissions: { fileSystem: { write: [a] } }, scope: "session", strictAutoReview: true }),
    NOTHING,
  ],
  ["a relative path", () => ({ permissions: { fileSystem: { write: ["home/a"] } } }), NOTHING],
  ["an unknown scope", (a: string) => ({ permissions: { fileSystem: { write: [a] } }, scope: "always" }), NOTHING],
  ["nothing readable", () => "yes", NOTHING],
  [
    "an empty grant, which keeps its scope",
    () => ({ permissions: {}, scope: "session" }),
    NOTHING.replace("turn", "session"),
  ],
])("a client that answers with %s grants nothing", async (_name, answer, output) => {
  const { one, two } = await asksAndTouches(answer);
  expect(outputs(world.server.requests[1]!.body)["p1"]).toBe(output);
  expect([one, two]).toEqual([false, false]);
});

test("a strict review is told to the model, and without a reviewer the person is asked about every later call", async () => {
  const { first } = await asksAndTouches(a => ({
    permissions: { fileSystem: { write: [a] } },
    strictAutoReview: true,
  }));
  expect(outputs(world.server.requests[1]!.body)["p1"]).toContain('"scope":"turn","strict_auto_review":true}');
  expect(questions(first).map(([method]) => method)).toEqual([
    "item/permissions/requestApproval",
    "item/commandExecution/requestApproval",
  ]);
});

test.each([
  ['"never"', 0],
  ["{ granular = { sandbox_approval = true, rules = true, mcp_elicitations = true } }", 0],
  [
    "{ granular = { sandbox_approval = false, rules = false, mcp_elicitations = false, request_permissions = true } }",
    1,
  ],
  ['"untrusted"', 1],
])("under %s the client is asked %i times", async (policy, times) => {
  const { first } = await asksAndTouches(() => ({ permissions: {} }), policy);
  expect(questions(first).filter(([method]) => method === "item/permissions/requestApproval").length).toBe(times);
  expect(outputs(world.server.requests[1]!.body)["p1"]).toBe(NOTHING);
});

test.each([
  [{ permissions: {} }, "request_permissions requires at least one permission"],
  [{ permissions: { network: {} } }, "request_permissions requires at least one permission"],
  [{}, "failed to parse function arguments: missing field `permissions` at line 1 column 2"],
])("a request that asks for nothing is refused: %j", async (args, text) => {
  world = await openWorld([{ items: [functionCall("request_permissions", args, "p1")] }, done], {
    config: config('"on-request"'),
  });
  const listening = await world.start();
  expect(questions(await listening.turn("go"))).toEqual([]);
  expect(outputs(world.server.requests[1]!.body)["p1"]).toBe(text);
});

test("an interrupted question grants nothing, and a late answer is dropped", async () => {
  world = await openWorld(
    (_request, { n }) =>
      n === 0
        ? { items: [functionCall("request_permissions", { permissions: { network: { enabled: true } } }, "p1")] }
        : done,
    { config: config('"on-request"') },
  );
  const listening = await world.start();
  listening.answer = () => undefined;
  listening.thread.submit({ type: "userTurn", input: [{ type: "text", text: "go", text_elements: [] }] });
  const asked = await listening.until(event => event.kind === "request");
  await listening.thread.interrupt();
  if (asked.kind === "request") asked.respond({ permissions: { network: { enabled: true } }, scope: "session" });
  await listening.turn("next");
  expect(outputs(world.server.requests[1]!.body)["p1"]).toMatch(/^aborted by user after \d+\.\ds$/);
});

test("a patch uses what was granted without another question", async () => {
  world = await openWorld(
    (_request, { n }) => {
      if (n === 0) {
        const permissions = { file_system: { write: [join(world.home, "a")] } };
        return { items: [functionCall("request_permissions", { permissions }, "p1")] };
      }
      const patch = `*** Begin Patch\n*** Add File: ${world.home}/a/new.txt\n+x\n*** End Patch`;
      return n === 1 ? { items: [customToolCall("apply_patch", patch, "p2")] } : done;
    },
    { config: config('"on-request"') },
  );
  await mkdir(join(world.home, "a"));
  const listening = await world.start();
  listening.answer = () => ({ permissions: { fileSystem: { write: [join(world.home, "a")] } } });
  expect(questions(await listening.turn("go")).length).toBe(1);
  expect(outputs(world.server.requests[2]!.body)["p2"]).toContain("Success. Updated the following files:");
  expect(await exists(join(world.home, "a", "new.txt"))).toBe(true);
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import type { HookRunSummary } from "@codex-ts/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { type ThreadEvent } from "../src/index.ts";
import { openWorld, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const FREE = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"';
const ASKING = 'approval_policy = "on-request"\nsandbox_mode = "read-only"';

/** A model that calls one tool of the server `srv`. */
function calling(name: string, args = "{}"): Script {
  return [
    { items: [{ type: "function_call", namespace: "mcp__srv__", name, arguments: args, call_id: "c1" }] },
    { text: "done" },
  ] as unknown as Script;
}

type Group = { matcher?: string; command: string };

/** One turn with the server `srv` and these hooks. `{HOME}` in a command is the user's folder. */
async function turn(script: Script, events: Record<string, Group[]>, config = FREE): Promise<ThreadEvent[]> {
  const tools = ["echo", "fail", "destructive", "pic", "everything", "nothing"];
  world = await openWorld(script, { config, provider: stdioServerToml("srv", { tools }) });
  const written = Object.entries(events).map(([event, groups]) => [
    event,
    groups.map(({ matcher, command }) => ({
      ...(matcher === undefined ? {} : { matcher }),
      hooks: [{ type: "command", command: command.replaceAll("{HOME}", world.home) }],
    })),
  ]);
  await writeFile(join(world.home, "hooks.json"), JSON.stringify({ hooks: Object.fromEntries(written) }));
  const listening = await world.start();
  listening.answer = () => ({ action: "accept", content: {} });
  return listening.turn("go");
}

function runs(events: readonly ThreadEvent[]): string[][] {
  return events.flatMap(event => {
    if (event.method !== "hook/completed") return [];
    const { run } = event.params as { run: HookRunSummary };
    return [
      [run.id.replace(world.home, "HOME"), run.status, ...run.entries.map(({ kind, text }) => `${kind}:${text}`)],
    ];
  });
}

async function seen(): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(world.home, "seen"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line) as Record<string, unknown>);
}

/** What the model read of the call, without the time it took. */
function answer(): unknown {
  const output = outputs(world.server.requests.at(-1)!.body)["c1"];
  return typeof output === "string" ? output.replace(/^Wall time: [\d.]+ seconds\nOutput:\n/, "") : output;
}

const SEEN = 'cat >> "{HOME}/seen"; echo >> "{HOME}/seen"';
const decides = (decision: object) =>
  `printf '%s' '${JSON.stringify({ hookSpecificOutput: { hookEventName: "PermissionRequest", decision } })}'`;

describe("hooks around a tool of an MCP server", () => {
  it("see its arguments before and its result after", async () => {
    const events = await turn(calling("echo", '{"text":"t"}'), {
      PreToolUse: [{ matcher: "mcp__srv__.*", command: SEEN }],
      PostToolUse: [{ matcher: "mcp__srv__echo", command: SEEN }],
    });
    expect(runs(events)).toEqual([
      ["pre-tool-use:0:HOME/hooks.json:c1", "completed"],
      ["post-tool-use:1:HOME/hooks.json:c1", "completed"],
    ]);
    const [before, after] = await seen();
    const common = { tool_name: "mcp__srv__echo", tool_input: { text: "t" }, tool_use_id: "c1" };
    expect(before).toMatchObject({ hook_event_name: "PreToolUse", ...common });
    expect(after).toMatchObject({ hook_event_name: "PostToolUse", ...common });
    expect(after?.["tool_response"]).toEqual({ content: [{ type: "text", text: "echo:t" }] });
  });

  it("see an object where the model gave no arguments", async () => {
    await turn(calling("echo", " "), { PreToolUse: [{ command: SEEN }] });
    expect(await seen()).toMatchObject([{ tool_input: {} }]);
  });

  it("are for the whole name, or for an expression in it", async () => {
    const matchers = ["mcp__srv", "echo", "^mcp__srv__", "echo$", "mcp__srv__echo|Bash", "Bash"];
    const events = await turn(calling("echo"), {
      PreToolUse: matchers.map((matcher, at) => ({ matcher, command: `cat > /dev/null; echo ${at} > /dev/null` })),
    });
    expect(runs(events).map(([id]) => Number(id?.split(":")[1]))).toEqual([2, 3, 4]);
  });

  it("block it by its name, and it never reaches its server", async () => {
    const events = await turn(calling("echo", '{"text":"t"}'), {
      PreToolUse: [{ command: "cat > /dev/null; echo not here >&2; exit 2" }],
      PostToolUse: [{ command: SEEN }],
    });
    expect(runs(events)).toEqual([["pre-tool-use:0:HOME/hooks.json:c1", "blocked", "feedback:not here"]]);
    expect(answer()).toBe("Tool call blocked by PreToolUse hook: not here. Tool: mcp__srv__echo");
    expect(events.some(event => JSON.stringify(event.params).includes("mcpToolCall"))).toBe(false);
    expect(await seen()).toEqual([]);
  });

  it("do not hear of a result that is an error", async () => {
    await turn(calling("fail"), { PostToolUse: [{ command: SEEN }] });
    expect(await seen()).toEqual([]);
  });

  it.each([
    [
      "everything",
      '{"content":[{"type":"text","text":"all"}],"structuredContent":{"b":1,"a":2},"isError":false,"_meta":{"z":1,"a":2}}',
    ],
    ["nothing", '{"content":[{"type":"text","text":"nothing"}]}'],
  ])("hear what the server says of its result, and of nothing that is null (%s)", async (tool, response) => {
    await turn(calling(tool), { PostToolUse: [{ command: SEEN }] });
    const [after] = await seen();
    expect(JSON.stringify(after?.["tool_response"])).toBe(response);
  });

  it("replace what the model reads of it", async () => {
    await turn(calling("echo"), { PostToolUse: [{ command: "cat > /dev/null; echo better >&2; exit 2" }] });
    expect(answer()).toBe("better");
  });
});

describe("PermissionRequest hooks of a tool of an MCP server", () => {
  it("allow it once, in the person's place", async () => {
    const events = await turn(
      calling("destructive", '{"a":1}'),
      { PermissionRequest: [{ matcher: "^mcp__srv__", command: `${SEEN}; ${decides({ behavior: "allow" })}` }] },
      ASKING,
    );
    expect(runs(events)).toEqual([["permission-request:0:HOME/hooks.json:c1", "completed"]]);
    const [told] = await seen();
    expect(told).toMatchObject({ tool_name: "mcp__srv__destructive", tool_input: { a: 1 } });
    expect(told).not.toHaveProperty("tool_use_id");
    expect(events.filter(({ kind }) => kind === "request")).toEqual([]);
    expect(JSON.stringify(answer())).toContain("gone");
  });

  it("deny it, and the model reads why", async () => {
    const events = await turn(
      calling("destructive"),
      { PermissionRequest: [{ command: `cat > /dev/null; ${decides({ behavior: "deny", message: "not today" })}` }] },
      ASKING,
    );
    expect(events.filter(({ kind }) => kind === "request")).toEqual([]);
    expect(JSON.stringify(answer())).toContain("not today");
    expect(JSON.stringify(answer())).not.toContain("gone");
  });

  it("leave the decision to the person when they say nothing", async () => {
    const events = await turn(calling("destructive"), { PermissionRequest: [{ command: "cat > /dev/null" }] }, ASKING);
    expect(events.filter(({ kind }) => kind === "request")).toHaveLength(1);
  });
});

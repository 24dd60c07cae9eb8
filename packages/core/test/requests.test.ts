import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { functionCall, type Json, type Script } from "@codex-ts-tools/model-server";
import type { NetworkRequirements } from "@codex-ts/config";
import { fallbackModel } from "@codex-ts/model-provider";
import { afterEach, expect, test } from "vitest";
import type { StartThreadOptions } from "../src/index.ts";
import { openWorld, type Listening, type World, type WorldOptions } from "./harness.ts";
import { png } from "./pictures.ts";

let world: World;
afterEach(() => world.close());

interface Scene extends WorldOptions {
  script: Script;
  prepare?: () => Promise<void>;
  /** What administrators demand of the network. */
  network?: NetworkRequirements;
  play: (listening: Listening) => Promise<unknown>;
}

const file = (name: string, text: string | Uint8Array) => writeFile(join(world.cwd, name), text);
const skill = (name: string) => `---\nname: ${name}\ndescription: Does ${name}\n---\nHow to ${name}.\n`;

const say = (answer: object) => `printf '%s' '${JSON.stringify(answer)}'`;

/** One hook of the user for each of these events. */
async function hooks(commands: Readonly<Record<string, string>>): Promise<void> {
  const groups = Object.entries(commands).map(([event, command]) => [
    event,
    [{ hooks: [{ type: "command", command: command.replaceAll("{HOME}", world.home) }] }],
  ]);
  await writeFile(join(world.home, "hooks.json"), JSON.stringify({ hooks: Object.fromEntries(groups) as object }));
}

/** Settings under which administrators demand this of the network. */
async function demands(network: NetworkRequirements | undefined): Promise<StartThreadOptions> {
  if (network === undefined) return {};
  const { config, requirements } = await world.runtime.loadConfig({ cwd: world.cwd });
  const source = { type: "system", file: "/etc/codex/requirements.toml" } as const;
  return { config, requirements: { ...requirements, network: { value: network, source } } };
}

/** What models see in each scenario, item for item: a change here is a change of what every user's model reads. */
const SCENES: Readonly<Record<string, Scene>> = {
  "instructions-of-everybody": {
    script: ["a"],
    config: 'developer_instructions = "Be kind."',
    agentsMd: "Global rules.",
    prepare: () => file("AGENTS.md", "Project rules."),
    play: listening => listening.turn("hello"),
  },
  "a-turn-elsewhere": {
    script: ["a", "b"],
    prepare: async () => void (await mkdir(join(world.cwd, "sub"))),
    play: async listening => {
      await listening.turn("one");
      await listening.turn("two", {
        overrides: { cwd: join(world.cwd, "sub"), model: "gpt-5.4", effort: "low", approvalPolicy: "never" },
      });
    },
  },
  "plan-mode-and-back": {
    script: ["a", "b"],
    play: async listening => {
      await listening.turn("plan", { overrides: { collaborationMode: "plan" } });
      await listening.turn("do", { overrides: { collaborationMode: "default" } });
    },
  },
  personalities: {
    script: ["a", "b", "c"],
    model: "gpt-5.4",
    play: async listening => {
      await listening.turn("one");
      await listening.turn("two", { overrides: { personality: "friendly" } });
      await listening.turn("three", { overrides: { personality: "friendly" } });
    },
  },
  images: {
    script: [{ items: [functionCall("view_image", { path: "p.png" }, "c1")] }, "seen"],
    prepare: () => file("p.png", png(1, 1)),
    play: listening =>
      listening.turn("look", {
        input: [
          { type: "text", text: "look", text_elements: [] },
          { type: "image", url: "https://example.com/x.png" },
          { type: "localImage", path: "p.png" },
          { type: "localImage", path: "none.png" },
        ],
      }),
  },
  "images-for-a-model-without-eyes": {
    script: [{ items: [functionCall("view_image", { path: "p.png" }, "c1")] }, "blind"],
    model: "blind",
    runtime: { models: [{ ...fallbackModel("blind"), input_modalities: ["text"] }] },
    prepare: () => file("p.png", png(1, 1)),
    play: listening => listening.turn("look", { input: [{ type: "localImage", path: "p.png" }] }),
  },
  skills: {
    script: ["a", "b"],
    prepare: async () => {
      await mkdir(join(world.cwd, ".agents/skills/paint"), { recursive: true });
      await file(".agents/skills/paint/SKILL.md", skill("paint"));
    },
    play: async listening => {
      await listening.turn("use $paint");
      await listening.turn("go on");
    },
  },
  "compacted-by-hand": {
    script: ["first", "SUMMARY", "after"],
    play: async listening => {
      await listening.turn("one");
      const from = listening.events.length;
      listening.thread.submit({ type: "compact" });
      await listening.until(event => event.method === "turn/completed", from);
      await listening.turn("two");
    },
  },
  "compacted-in-the-middle": {
    script: [
      { items: [functionCall("update_plan", { plan: [] }, "c1")], usage: { input: 5000, output: 0 } },
      "SUMMARY",
      "done",
    ],
    config: "model_auto_compact_token_limit = 1000",
    play: listening => listening.turn("go"),
  },
  "a-review": {
    script: ["no findings", "after"],
    play: async listening => {
      listening.thread.submit({ type: "review", target: { type: "custom", instructions: "Look at a.ts." } });
      await listening.until(event => event.method === "turn/completed");
      await listening.turn("thanks");
    },
  },
  "an-unknown-model-with-a-schema": {
    script: ["{}"],
    model: "mystery",
    play: listening => listening.turn("go", { outputSchema: { type: "object", properties: {} } }),
  },
  "a-server-of-tools": {
    script: [
      {
        items: [
          { type: "function_call", namespace: "mcp__fx__", name: "plain", arguments: '{"a":1}', call_id: "c1" },
          { type: "function_call", namespace: "mcp__fx__", name: "none", arguments: "{}", call_id: "c2" },
          functionCall("list_mcp_resources", {}, "c3"),
        ],
      },
      "done",
      "again",
    ],
    config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
    provider: stdioServerToml("fx", { tools: ["plain"], instructions: "Use fx with care." }),
    play: async listening => {
      await listening.turn("call it");
      await listening.turn("go on");
    },
  },
  "hooks-that-have-their-say": {
    script: [
      { items: [functionCall("shell_command", { command: "echo ran" }, "c1")] },
      "first answer",
      "second answer",
    ],
    config: 'approval_policy = "never"',
    prepare: () =>
      hooks({
        SessionStart: "echo from the start of the session",
        UserPromptSubmit: "echo about the prompt",
        PostToolUse: say({
          hookSpecificOutput: { hookEventName: "PostToolUse", additionalContext: "about the command" },
        }),
        Stop: `test -e {HOME}/stopped || { touch {HOME}/stopped; ${say({ decision: "block", reason: "keep going" })}; }`,
      }),
    play: listening => listening.turn("run it"),
  },
  "a-managed-network": {
    script: ["a", "b"],
    config: 'approval_policy = "on-request"\nsandbox_mode = "workspace-write"',
    network: {
      enabled: true,
      domains: { "docs.example.com": "allow", "*.example.org": "allow", "ads.example.com": "deny" },
    },
    play: async listening => {
      await listening.turn("one");
      await listening.turn("two");
    },
  },
  "workspace-write-with-granular-approvals": {
    script: ["a"],
    config: `sandbox_mode = "workspace-write"
approval_policy = { granular = { sandbox_approval = true, rules = false, mcp_elicitations = true } }`,
    rules: 'prefix_rule(pattern=["git", "status"], decision="allow")\n',
    play: listening => listening.turn("go"),
  },
};

test.each(Object.entries(SCENES))("what the model sees: %s", async (name, scene) => {
  world = await openWorld(scene.script, scene);
  await scene.prepare?.();
  const listening = await world.start(await demands(scene.network));
  await scene.play(listening);
  const seen = world.server.requests.map(({ body }, n) => `=== request ${n + 1} ===\n${request(body)}`).join("\n");
  const ids = new Map<string, string>();
  const text = seen
    .replaceAll(world.cwd, "<cwd>")
    .replaceAll(world.home, "<home>")
    .replaceAll(join(world.home, ".."), "<root>")
    .replace(/<current_date>[\d-]+/g, "<current_date>DATE")
    .replace(/Wall time: [\d.]+ seconds/g, "Wall time: TIME seconds")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, id => {
      if (!ids.has(id)) ids.set(id, `<id ${ids.size + 1}>`);
      return ids.get(id)!;
    });
  await expect(text).toMatchFileSnapshot(`snapshots/requests/${name}.txt`);
});

/** A request as it is read: its settings, the names of its tools, and the conversation. */
function request(body: Json): string {
  const { input, tools, instructions, ...settings } = body as Json & { tools: Json[]; input: Json[] };
  const names = tools.map(tool => String(tool["name"] ?? tool["type"])).join(", ");
  const first = String(instructions).split("\n", 1)[0];
  return [
    JSON.stringify(settings),
    `instructions: ${first}`,
    `tools: ${names}`,
    ...input.map(item => `--- ${title(item)}\n${content(item)}`),
    "",
  ].join("\n");
}

function title(item: Json): string {
  return [item["type"], item["role"], item["name"], item["call_id"]].filter(part => part !== undefined).join(" ");
}

function content(item: Json): string {
  const parts = item["content"] ?? item["output"] ?? item["arguments"];
  if (!Array.isArray(parts)) return typeof parts === "string" ? parts : JSON.stringify(item);
  return parts
    .map((part: Json) => (typeof part["text"] === "string" ? part["text"] : JSON.stringify(part)))
    .join("\n· \n");
}

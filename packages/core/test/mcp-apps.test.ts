import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ToolInfo } from "@codex-ts/mcp";
import { describe, expect, it } from "vitest";
import { appToolPolicy, usableTools } from "../src/mcp/app-policy.ts";
import { CALENDAR, NAMESPACE, type Setting, tool, TOOLS, turnWithApps } from "./apps-stage.ts";
import { type Answerer, type Listening, outputs, type World } from "./harness.ts";

type Request = {
  tools: { type: string; name?: string; description?: string; tools?: { name: string }[] }[];
  input: unknown;
};

function shown(world: World): Record<string, string[]> {
  const { tools } = world.server.requests[0]!.body as Request;
  return Object.fromEntries(
    tools.flatMap(({ type, name = "", tools: own = [] }) =>
      type === "namespace" ? [[name, own.map(each => each.name)]] : [],
    ),
  );
}

const tellsOfApps = (world: World) =>
  JSON.stringify((world.server.requests[0]!.body as Request).input).includes("<apps_instructions>");
const questions = ({ events }: Listening) =>
  events.flatMap(event => (event.kind === "request" ? [event.params as Record<string, unknown>] : []));
const results = ({ events }: Listening) =>
  events.flatMap(event =>
    event.method === "item/completed" && event.params.item.type === "mcpToolCall" ? [event.params.item] : [],
  );
const answered = (world: World, id = "c0") =>
  String(outputs(world.server.requests.at(-1)!.body)[id]).replace(/^Wall time.*\nOutput:\n/, "");

describe("the server of apps", () => {
  it("is there for who is logged in at ChatGPT, with the login on every request, and its tools are shown by app", async () => {
    const { apps, world } = await turnWithApps({});
    expect(shown(world)).toEqual({
      [NAMESPACE]: ["_create", "_list", "_read"],
      mcp__codex_apps__slack: ["meta"],
      mcp__codex_apps_5093f8e47338__: ["plain"],
    });
    expect(tellsOfApps(world)).toBe(true);
    expect(apps.requests.length).toBeGreaterThan(2);
    for (const { headers, path } of apps.requests) {
      expect(path).toBe("/backend-api/wham/apps");
      expect(headers["authorization"]).toMatch(/^Bearer ey/);
      expect(headers["chatgpt-account-id"]).toBe("acct-1");
    }
  });

  it.each<[string, Setting]>([
    ["nobody is logged in", { plan: null }],
    ["the feature is off", { tables: "[features]\napps = false\n" }],
    [
      "nobody is logged in, even if a table has its name",
      { plan: null, tables: '[mcp_servers.codex_apps]\ncommand = "/no/such"\n' },
    ],
  ])("is not there when %s", async (_, setting) => {
    const { apps, world } = await turnWithApps(setting);
    expect(apps.requests).toEqual([]);
    expect(shown(world)).toEqual({});
    expect(tellsOfApps(world)).toBe(false);
  });

  it("takes the place of a configured server of its name, and the token of the environment in place of the login", async () => {
    const tables = '[mcp_servers.codex_apps]\ncommand = "/no/such"\n';
    const { apps, world } = await turnWithApps({ tables, env: { CODEX_CONNECTORS_TOKEN: "tok" } });
    expect(Object.keys(shown(world))).toContain(NAMESPACE);
    expect(new Set(apps.requests.map(({ headers }) => headers["authorization"]))).toEqual(new Set(["Bearer tok"]));
    expect(apps.requests[0]!.headers["chatgpt-account-id"]).toBeUndefined();
  });

  it("is called with its own facts, after a question in the app's name", async () => {
    const { apps, listening } = await turnWithApps({ calls: [{ name: "_create", arguments: '{"q":"x"}' }] });
    expect(questions(listening)).toMatchObject([
      {
        serverName: "codex_apps",
        message: 'Allow Google Calendar to run tool "google_calendar_create"?',
        _meta: {
          persist: ["session", "always"],
          tool_title: "Create event",
          source: "connector",
          connector_id: "cal",
          connector_name: "Google Calendar",
          connector_description: "Your calendar",
          tool_params: { q: "x" },
        },
      },
    ]);
    const call = apps.requests.find(({ body }) => (body as { method?: string } | null)?.method === "tools/call");
    expect(call?.body).toMatchObject({ params: { name: "google_calendar_create", _meta: { _codex_apps: { x: 1 } } } });
  });

  it("calls an app without a name this app, and remembers it for the session", async () => {
    const call = { name: "plain", namespace: "mcp__codex_apps_5093f8e47338__" };
    const answer: Answerer = () => ({ action: "accept", content: {}, _meta: { persist: "session" } });
    const { listening } = await turnWithApps({ calls: [call, call], answer });
    expect(questions(listening).map(({ message }) => message)).toEqual(['Allow this app to run tool "plain"?']);
    expect(results(listening).map(({ status }) => status)).toEqual(["completed", "completed"]);
  });

  it("keeps an approval for good in the app's table, for this session, too", async () => {
    const answer: Answerer = () => ({ action: "accept", content: {}, _meta: { persist: "always" } });
    const { world, listening } = await turnWithApps({ calls: [{ name: "_create" }, { name: "_create" }], answer });
    expect(questions(listening)).toHaveLength(1);
    expect(await readFile(join(world.home, "config.toml"), "utf8")).toContain(
      '[apps.cal.tools.google_calendar_create]\napproval_mode = "approve"\n',
    );
  });

  it.each<[string, string, string, number]>([
    [
      "approve by a tool's setting",
      '[apps.cal.tools.google_calendar_create]\napproval_mode = "approve"\n',
      "_create",
      0,
    ],
    ["prompt by the app's setting", '[apps.cal]\ndefault_tools_approval_mode = "prompt"\n', "_read", 1],
    ["auto without a setting", "", "_read", 0],
  ])("approves as configured: %s", async (_, tables, name, asked) => {
    const { listening } = await turnWithApps({ tables, calls: [{ name }] });
    expect(questions(listening)).toHaveLength(asked);
  });

  it("offers no tool that is switched off; a call of it is unknown, and without apps nobody is told of any", async () => {
    const { world } = await turnWithApps({
      tables: "[apps._default]\nenabled = false\n",
      calls: [{ name: "_create" }],
    });
    expect(shown(world)).toEqual({});
    expect(tellsOfApps(world)).toBe(false);
    expect(answered(world)).toBe("unsupported call: mcp__codex_apps__google_calendar_create");
  });

  it("shows the tools of an app that the person names, where all others are found by searching", async () => {
    const tools = Array.from({ length: 104 }, (_, n) => tool(`t${n}`, n % 2 === 0 ? CALENDAR : { connector_id: "s" }));
    const { world } = await turnWithApps({ server: { tools }, model: "gpt-5.4", text: "ask [$calendar](app://cal)" });
    expect(Object.keys(shown(world))).toEqual([NAMESPACE]);
    expect(shown(world)[NAMESPACE]).toHaveLength(52);
  });

  it("is told to have failed when it refuses the login, and the turn goes on", async () => {
    const { world, listening } = await turnWithApps({ server: { token: "other" } });
    expect(shown(world)).toEqual({});
    expect(listening.events).toContainEqual(
      expect.objectContaining({
        params: {
          name: "codex_apps",
          status: "failed",
          error: "The codex_apps MCP server is not logged in. Run `codex mcp login codex_apps`.",
        },
      }),
    );
  });
});

describe("what analytics is told of apps", () => {
  const told = async ({ apps }: Awaited<ReturnType<typeof turnWithApps>>, count: number) => {
    const events = () =>
      apps.requests.flatMap(({ path, body }) =>
        path === "/backend-api/codex/analytics-events/events"
          ? (body as { events: Record<string, unknown>[] }).events
          : [],
      );
    await expect.poll(events).toHaveLength(count);
    return events().map(({ event_type, event_params }) => {
      const { connector_id, app_name, invoke_type } = event_params as Record<string, unknown>;
      return [event_type, connector_id, app_name, invoke_type];
    });
  };
  const meta = { name: "meta", namespace: "mcp__codex_apps__slack" };

  it("each app whose tools are called, once a turn, and whether the prompt named it", async () => {
    const text = "ask [$google-calendar](app://cal) and [$none](app://none), [$again](app://cal)";
    const turn = await turnWithApps({ calls: [{ name: "_read" }, { name: "_list" }, meta], text });
    expect(await told(turn, 4)).toEqual([
      ["codex_app_mentioned", "cal", "Google Calendar", "explicit"],
      ["codex_app_mentioned", "none", null, "explicit"],
      ["codex_app_used", "cal", "Google Calendar", "explicit"],
      ["codex_app_used", "s", "Slack!", "implicit"],
    ]);
  });

  it("nothing of a call that somebody declines", async () => {
    const answer: Answerer = () => ({ action: "decline", content: null, _meta: null });
    const turn = await turnWithApps({ calls: [{ name: "_create" }, meta], answer });
    expect(await told(turn, 1)).toEqual([["codex_app_used", "s", "Slack!", "implicit"]]);
  });
});

/** The cache's file for this person. */
const cacheFile = (home: string, workspace: boolean) => {
  const key = `{"account_id":"acct-1","chatgpt_user_id":"user-1","is_workspace_account":${workspace}}`;
  return join(home, "cache", "codex_apps_tools", `${createHash("sha1").update(key).digest("hex")}.json`);
};

describe("the cache of apps' tools", () => {
  it.each([
    ["pro", false],
    ["team", true],
    ["education", false],
  ])("is written for an account with the plan %s", async (plan, workspace) => {
    const { world } = await turnWithApps({ plan });
    const cache = JSON.parse(await readFile(cacheFile(world.home, workspace), "utf8")) as {
      schema_version: number;
      tools: object[];
    };
    expect(cache.schema_version).toBe(2);
    expect(cache.tools).toHaveLength(TOOLS.length);
    expect(cache.tools[0]).toMatchObject({ tool_name: "_create", tool_namespace: NAMESPACE, connector_id: "cal" });
  });

  const cached = (version: number) => async (home: string) => {
    const file = cacheFile(home, false);
    await mkdir(join(file, ".."), { recursive: true });
    const own = {
      server_name: "codex_apps",
      tool_name: "_old",
      tool_namespace: NAMESPACE,
      connector_id: "cal",
      tool: tool("old", CALENDAR),
    };
    await writeFile(file, JSON.stringify({ schema_version: version, tools: [own] }));
  };

  it("stands in while the server starts: the turn does not wait for it", async () => {
    const { world, listening } = await turnWithApps({ server: { initDelayMs: 5000 }, prepare: cached(2) });
    expect(shown(world)).toEqual({ [NAMESPACE]: ["_old"] });
    expect(listening.events.some(({ params }) => "status" in params && params.status === "ready")).toBe(false);
  });

  it("stands in for a server that fails", async () => {
    const { world } = await turnWithApps({ server: { token: "other" }, prepare: cached(2) });
    expect(shown(world)).toEqual({ [NAMESPACE]: ["_old"] });
    expect(tellsOfApps(world)).toBe(true);
  });

  it("of another version is no cache", async () => {
    const { world } = await turnWithApps({ prepare: cached(1) });
    expect(shown(world)[NAMESPACE]).toEqual(["_create", "_list", "_read"]);
  });
});

describe("the policy of apps", () => {
  const info = (annotations: object = {}, title?: string) =>
    ({
      serverName: "codex_apps",
      connectorId: "a",
      tool: { name: "t", inputSchema: {}, annotations, ...(title === undefined ? {} : { title }) },
    }) as unknown as ToolInfo;
  const safe = info({ destructiveHint: false, openWorldHint: false });

  it.each<[string, object, object, ToolInfo, boolean]>([
    ["nothing is said", {}, {}, info(), true],
    ["the app is off", { a: { enabled: false, tools: { t: { enabled: true } } } }, {}, info(), false],
    ["apps are off", { _default: { enabled: false } }, {}, info(), false],
    ["apps are off, but this one has settings", { _default: { enabled: false }, a: {} }, {}, info(), true],
    ["an administrator switched it off", { a: { enabled: true } }, { a: { enabled: false } }, info(), false],
    ["an administrator says on", { a: { enabled: false } }, { a: { enabled: true } }, info(), false],
    ["the tool is off", { a: { tools: { t: { enabled: false } } } }, {}, safe, false],
    ["the tool is off by its title", { a: { tools: { "A tool": { enabled: false } } } }, {}, info({}, "A tool"), false],
    [
      "its name counts before its title",
      { a: { tools: { t: { enabled: true }, T: { enabled: false } } } },
      {},
      info({}, "T"),
      true,
    ],
    [
      "the tool is on where tools are off",
      { a: { default_tools_enabled: false, tools: { t: { enabled: true } } } },
      {},
      info(),
      true,
    ],
    ["tools are off", { a: { default_tools_enabled: false } }, {}, safe, false],
    [
      "tools are on whatever they do",
      { a: { default_tools_enabled: true, destructive_enabled: false } },
      {},
      info(),
      true,
    ],
    [
      "nothing destructive, and it may be",
      { a: { destructive_enabled: false } },
      {},
      info({ readOnlyHint: true }),
      false,
    ],
    ["nothing destructive, and it is not", { a: { destructive_enabled: false } }, {}, safe, true],
    [
      "nothing open by default, and it may be",
      { _default: { open_world_enabled: false } },
      {},
      info({ destructiveHint: false }),
      false,
    ],
    [
      "open by the app's own word",
      { _default: { open_world_enabled: false }, a: { open_world_enabled: true } },
      {},
      info(),
      true,
    ],
  ])("when %s", (_, apps, requirements, of, enabled) => {
    expect(appToolPolicy(apps, requirements as never, of).enabled).toBe(enabled);
  });

  it("leaves out tools of nobody's app, and other servers alone", () => {
    const other = { ...info(), serverName: "fx", connectorId: null };
    const nobodys = { ...info(), connectorId: null };
    expect(usableTools([other, nobodys, info()], {}, {})).toEqual([other, info()]);
  });
});

import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type HttpServer, startHttpServer } from "@codex-ts-tools/mcp-servers";
import type { Json, Script } from "@codex-ts-tools/model-server";
import { login } from "../analytics/stage.ts";
import type { Drive } from "../drive/drive.ts";
import { QUIET, QUIET_TABLES } from "../drive/quiet.ts";
import type { Scenario } from "../drive/scenario.ts";
import { accepting, oneTurn } from "./stage.ts";

const CALENDAR = {
  connector_id: "cal",
  connector_name: "Google Calendar",
  connector_description: "Your calendar",
  _codex_apps: { x: 1 },
};
const tool = (name: string, _meta: Json | null, more: Json = {}): Json => ({
  name,
  description: `Does ${name}`,
  inputSchema: { type: "object", properties: { q: { type: "string" } } },
  ...(_meta === null ? {} : { _meta }),
  ...more,
});
const TOOLS = [
  tool("google_calendar_create", CALENDAR, { title: "Google Calendar_Create event" }),
  tool("google_calendar_read", CALENDAR, { annotations: { readOnlyHint: true } }),
  tool("cal_list", CALENDAR, { annotations: { destructiveHint: false, openWorldHint: false } }),
  tool("echo", null),
  tool("plain", { connector_id: "unnamed" }),
  tool("meta", { connector_id: "s", connector_name: "Slack!" }, { annotations: { readOnlyHint: true } }),
];
const NAMESPACE = "mcp__codex_apps__google_calendar";

interface AppsStage {
  tools?: Json[];
  token?: string;
  config?: string;
  tables?: string;
  model?: string;
  env?: Record<string, string>;
  loggedIn?: boolean;
  /** Default: apps are on. */
  feature?: boolean;
  /** Facts are told to the backend. Default: none are. */
  analytics?: boolean;
  calls?: readonly { name: string; namespace?: string; arguments?: string }[];
  persist?: string;
  play?: (drive: Drive, apps: HttpServer) => Promise<void>;
}

/** Somebody who is logged in at ChatGPT, and whose apps are the scripted server. */
function appsScenario(name: string, stage: AppsStage): Scenario {
  const { calls = [], persist, loggedIn = true, config = "", tables = "", play = oneTurn } = stage;
  const items = calls.map(({ name: called, namespace = NAMESPACE, arguments: args = "{}" }, index) => ({
    type: "function_call",
    namespace,
    name: called,
    arguments: args,
    call_id: `c${index}`,
  }));
  // One after the other where their order is told: the reference begins the calls of one response in no fixed order.
  const asked = stage.analytics === true ? items.map(item => ({ items: [item] })) : [{ items }];
  const replies = calls.length === 0 ? [{ text: "hi" }, { text: "again" }] : [...asked, { text: "done" }];
  // One server for each program that plays the scenario, by the address of its model server.
  const servers = new Map<string, HttpServer>();
  return {
    name: `apps: ${name}`,
    script: replies as unknown as Script,
    ...(stage.model === undefined ? {} : { model: stage.model }),
    ...(stage.env === undefined ? {} : { env: stage.env }),
    files: loggedIn ? { "home/auth.json": login() } : {},
    timeoutMs: 30_000,
    prepare: async place => {
      const { tools = TOOLS, token } = stage;
      const apps = await startHttpServer({
        path: "/backend-api/wham/apps",
        instructions: "All apps.",
        tools: tools as never,
        ...(token === undefined ? {} : { token }),
      });
      servers.set(place.baseUrl, apps);
      const file = path.join(place.home, "config.toml");
      await writeFile(file, `chatgpt_base_url = "${apps.origin}/backend-api/"\n${await readFile(file, "utf8")}`);
    },
    config: `${QUIET}\napproval_policy = "on-request"\nsandbox_mode = "read-only"\n${config}`,
    tables: `${quietTables(stage)}\n${tables}`,
    play: async drive => {
      const apps = servers.get(drive.place.baseUrl)!;
      try {
        drive.answer = accepting(persist === undefined ? {} : { _meta: { persist } });
        await play(drive, apps);
        const calls = apps.requests.filter(({ body }) => (body as Json | null)?.["method"] === "tools/call");
        drive.notes["calls"] = calls.map(({ body }) => ((body as Json)["params"] as Json)["name"]);
        drive.notes["logins"] = [
          ...new Set(
            apps.requests.map(({ headers }) => `${headers["authorization"]} ${headers["chatgpt-account-id"]}`),
          ),
        ];
        drive.notes["told of apps"] = drive.server.requests.map(({ body }) =>
          JSON.stringify(body).includes("<apps_instructions>"),
        );
        const text = await readFile(path.join(drive.place.home, "config.toml"), "utf8");
        drive.notes["table"] = /\[apps\.[^]*/.exec(text)?.[0].trim() ?? null;
        if (stage.analytics === true) drive.notes["facts"] = await toldFacts(drive, apps);
        drive.notes["cache"] = await cacheOf(drive.place.home);
      } finally {
        await apps.close();
      }
    },
  };
}

function quietTables({ feature = true, analytics = false }: AppsStage): string {
  const tables = feature ? QUIET_TABLES.replace("apps = false\n", "") : QUIET_TABLES;
  return analytics ? tables.replace("[analytics]\nenabled = false", "") : tables;
}

/** What the backend was told about apps; it is told beside the turn. */
async function toldFacts(drive: Drive, apps: HttpServer): Promise<unknown> {
  await drive.pause(1500);
  return apps.requests
    .flatMap(({ path: where, body }) => (where.includes("analytics") ? ((body as Json)["events"] as Json[]) : []))
    .filter(event => String(event["event_type"]).startsWith("codex_app_"));
}

async function cacheOf(home: string): Promise<unknown> {
  const folder = path.join(home, "cache", "codex_apps_tools");
  const files = await readdir(folder).catch(() => []);
  return Promise.all(files.map(async file => [file, JSON.parse(await readFile(path.join(folder, file), "utf8"))]));
}

const one = (name: string) => [{ name }];
const again = async (drive: Drive): Promise<void> => {
  await drive.restart();
  await oneTurn(drive);
};

export const appsScenarios: readonly Scenario[] = [
  appsScenario("their tools, and a call of each", { calls: [{ name: "_create", arguments: '{"q":"x"}' }] }),
  appsScenario("nobody is logged in", { loggedIn: false }),
  appsScenario("the feature is off", { feature: false }),
  appsScenario("no words about them", { config: "include_apps_instructions = false" }),
  appsScenario("a token from the environment", { env: { CODEX_CONNECTORS_TOKEN: "tok" } }),
  appsScenario("a table of that name", { tables: '[mcp_servers.codex_apps]\ncommand = "/no/such"\n' }),
  appsScenario("one is off", { tables: "[apps.cal]\nenabled = false\n", calls: one("_create") }),
  appsScenario("all are off but one with settings", {
    tables: "[apps._default]\nenabled = false\n[apps.s]\ndestructive_enabled = true\n",
  }),
  appsScenario("all are off", { tables: "[apps._default]\nenabled = false\n" }),
  appsScenario("nothing destructive", { tables: "[apps.cal]\ndestructive_enabled = false\n", calls: one("_list") }),
  appsScenario("nothing of the open world", { tables: "[apps._default]\nopen_world_enabled = false\n" }),
  appsScenario("one tool only", {
    tables: "[apps.cal]\ndefault_tools_enabled = false\n[apps.cal.tools.google_calendar_read]\nenabled = true\n",
    calls: one("_read"),
  }),
  appsScenario("a tool off by its title", { tables: '[apps.cal.tools."Create event"]\nenabled = false\n' }),
  appsScenario("a tool approved by its table", {
    tables: '[apps.cal.tools.google_calendar_create]\napproval_mode = "approve"\n',
    calls: one("_create"),
  }),
  appsScenario("always asked", {
    tables: '[apps.cal]\ndefault_tools_approval_mode = "prompt"\n',
    calls: one("_read"),
    persist: "always",
  }),
  appsScenario("approved for good", { calls: one("_create"), persist: "always" }),
  appsScenario("one without a name", { calls: [{ name: "plain", namespace: "mcp__codex_apps_5093f8e47338__" }] }),
  appsScenario("a tool of none", { calls: [{ name: "echo", namespace: "mcp__codex_apps__" }] }),
  appsScenario("the login is refused", { token: "other" }),
  appsScenario("known from before, when the login is refused", {
    play: async (drive, apps) => {
      await oneTurn(drive);
      apps.state.token = "other";
      await again(drive);
    },
  }),
  appsScenario("many, and one is named", {
    model: "gpt-5.4",
    tools: Array.from({ length: 104 }, (_, n) => tool(`t${n}`, n % 2 === 0 ? CALENDAR : { connector_id: "s" })),
    play: async drive => void (await drive.turn(await drive.thread(), "ask [$google-calendar](app://cal)")),
  }),
  appsScenario("what is told about calls of one", {
    analytics: true,
    calls: [
      { name: "_read" },
      { name: "_list" },
      { name: "_create" },
      { name: "meta", namespace: "mcp__codex_apps__slack" },
    ],
  }),
  appsScenario("what is told about one that is named", {
    analytics: true,
    calls: [{ name: "_read" }, { name: "meta", namespace: "mcp__codex_apps__slack" }],
    play: async drive =>
      void (await drive.turn(await drive.thread(), "ask [$google-calendar](app://cal) and [$nothing](app://none)")),
  }),
  appsScenario("what is told about a call that is refused", {
    analytics: true,
    tables: "[apps.cal]\nenabled = false\n",
    calls: [{ name: "_create" }, { name: "meta", namespace: "mcp__codex_apps__slack", arguments: "[1]" }],
  }),
  appsScenario("in the list of servers", {
    play: async drive => void (await drive.note("status", "mcpServerStatus/list", {})),
  }),
];

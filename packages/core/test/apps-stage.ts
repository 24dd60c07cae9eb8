import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type HttpScript, type HttpServer, startHttpServer } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import { onTestFinished } from "vitest";
import { type Answerer, openWorld } from "./harness.ts";

export const CALENDAR = {
  connector_id: "cal",
  connector_name: "Google Calendar",
  connector_description: "Your calendar",
  _codex_apps: { x: 1 },
};
export const tool = (name: string, _meta: object | null, more: object = {}) => ({
  name,
  description: `Does ${name}`,
  inputSchema: { type: "object", properties: { q: { type: "string" } } },
  ...(_meta === null ? {} : { _meta }),
  ...more,
});
export const TOOLS = [
  tool("google_calendar_create", CALENDAR, { title: "Google Calendar_Create event" }),
  tool("google_calendar_read", CALENDAR, { annotations: { readOnlyHint: true } }),
  tool("cal_list", CALENDAR, { annotations: { destructiveHint: false, openWorldHint: false } }),
  tool("echo", null),
  tool("plain", { connector_id: "unnamed" }),
  tool("meta", { connector_id: "s", connector_name: "Slack!" }, { annotations: { readOnlyHint: true } }),
];
export const NAMESPACE = "mcp__codex_apps__google_calendar";

/** An `auth.json` of somebody who is logged in at ChatGPT; `mark` tells tokens apart. */
export function login(plan: string, refreshToken = "r", mark = ""): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { chatgpt_plan_type: plan, chatgpt_user_id: "user-1", chatgpt_account_id: "acct-1" };
  const token = `${part({ alg: "none", mark })}.${part({ exp: 4_102_444_800, "https://api.openai.com/auth": claims })}.${part({})}`;
  const tokens = { id_token: token, access_token: token, refresh_token: refreshToken, account_id: "acct-1" };
  return JSON.stringify({ auth_mode: "chatgpt", tokens, last_refresh: new Date().toISOString() });
}

export interface Setting {
  server?: HttpScript;
  config?: string;
  tables?: string;
  calls?: { name: string; namespace?: string; arguments?: string }[];
  text?: string;
  model?: string;
  plan?: string | null;
  env?: Record<string, string>;
  answer?: Answerer;
  /** Before the first question is answered. */
  meanwhile?: (apps: HttpServer, home: string) => void;
  /** Before the thread starts. */
  prepare?: (home: string) => Promise<void>;
}

const accept: Answerer = () => ({ action: "accept", content: {}, _meta: null });

/** One turn of somebody who is logged in at ChatGPT, whose apps are the scripted server. */
export async function turnWithApps({ calls = [], plan = "pro", ...setting }: Setting) {
  const apps = await startHttpServer({
    path: "/backend-api/wham/apps",
    instructions: "All apps.",
    tools: TOOLS,
    ...setting.server,
  });
  onTestFinished(() => apps.close());
  const items = calls.map(({ name, namespace = NAMESPACE, arguments: args = "{}" }, index) => ({
    type: "function_call",
    namespace,
    name,
    arguments: args,
    call_id: `c${index}`,
  }));
  const script = calls.length === 0 ? [{ text: "hi" }] : [{ items }, { text: "done" }];
  const world = await openWorld(script as unknown as Script, {
    config: `chatgpt_base_url = "${apps.origin}/backend-api/"\napproval_policy = "on-request"\nsandbox_mode = "read-only"\n${setting.config ?? ""}`,
    provider: setting.tables ?? "",
    ...(setting.model === undefined ? {} : { model: setting.model }),
    ...(setting.env === undefined ? {} : { runtime: { env: { ...process.env, ...setting.env } } }),
  });
  onTestFinished(() => world.close());
  if (plan !== null) await writeFile(join(world.home, "auth.json"), login(plan));
  await setting.prepare?.(world.home);
  const listening = await world.start();
  let { meanwhile } = setting;
  listening.answer = question => {
    meanwhile?.(apps, world.home);
    meanwhile = undefined;
    return (setting.answer ?? accept)(question);
  };
  await listening.turn(setting.text ?? "go");
  return { apps, world, listening };
}

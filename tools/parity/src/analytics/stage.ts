import type { Json, Script, ScriptObject } from "@codex-ts-tools/model-server";
import type { Drive, Place, Stage } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";

export const EVENTS = "/backend-api/codex/analytics-events/events";
export const LOGS = "/collector/logs";

/** A login at ChatGPT that nobody checks. */
export function login(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    email: "who@example.com",
    exp: 4_102_444_800,
    "https://api.openai.com/auth": {
      chatgpt_plan_type: "pro",
      chatgpt_user_id: "user-1",
      chatgpt_account_id: "acct-1",
    },
  };
  const token = `${part({ alg: "none" })}.${part(claims)}.${Buffer.from("none").toString("base64url")}`;
  const tokens = { id_token: token, access_token: token, refresh_token: "r", account_id: "acct-1" };
  return JSON.stringify({
    auth_mode: "chatgpt",
    OPENAI_API_KEY: null,
    tokens,
    last_refresh: new Date().toISOString(),
  });
}

export interface AnalyticsSetting extends Omit<Stage, "config" | "tables" | "script"> {
  /** Replies of the model. */
  script?: Exclude<Script, ScriptObject>;
  /** What is answered to whoever asks for the list of models. */
  models?: NonNullable<ScriptObject["models"]>;
  config?: string;
  /** Lines of `[features]`. */
  features?: string;
  /** Tables beside. Default: analytics are on. */
  tables?: string;
  /** What `auth.json` says; null: nobody is logged in. Default: a login at ChatGPT. */
  auth?: string | null;
}

/** Tables under which the reference keeps still about everything else. */
const REST = `
[skills]
bundled = { enabled = false }
`;

/** A scenario whose backend and collector are the scripted server. */
export function told(name: string, setting: AnalyticsSetting, play: (drive: Drive) => Promise<void>): Scenario {
  const {
    script = ["one", "two", "three"],
    config,
    features = "",
    tables,
    auth = login(),
    files = {},
    models,
    ...rest
  } = setting;
  const policy = /^(sandbox_mode|approval_policy)\b/m.test(config ?? "")
    ? ""
    : 'sandbox_mode = "danger-full-access"\napproval_policy = "never"';
  const origin = ({ baseUrl }: Place) => new URL(baseUrl).origin;
  const otel = (place: Place) =>
    `[otel]\nexporter = { otlp-http = { endpoint = "${origin(place)}${LOGS}", protocol = "json" } }\ntrace_exporter = "none"\nmetrics_exporter = "none"\n`;
  const replies = typeof script === "function" ? { respond: script } : { replies: script };
  return {
    ...rest,
    name,
    play,
    script: {
      ...replies,
      ...(models === undefined ? {} : { models }),
      routes: { [`POST ${EVENTS}`]: { status: 200, body: {} }, [`POST ${LOGS}`]: { status: 200, body: {} } },
    },
    config: place =>
      `check_for_update_on_startup = false\nchatgpt_base_url = "${origin(place)}/backend-api/"\n${policy}\n${config ?? ""}`,
    tables: place =>
      `[features]\napps = false\nplugins = false\ntool_suggest = false\nshell_snapshot = false\nmulti_agent = false\n${features}\n${REST}\n${otel(place)}\n${tables ?? ""}`,
    files: { ...(auth === null ? {} : { "home/auth.json": auth }), ...files },
  };
}

/** Events that have come so far. */
export function eventsOf(drive: Drive): Json[] {
  return drive.server.log
    .filter(({ path }) => path === EVENTS)
    .flatMap(({ body }) => (body as { events: Json[] }).events);
}

/** Waits until as many events of a kind have come, and a moment for what must not follow. */
export async function came(drive: Drive, type: string, count = 1): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 100) {
    if (eventsOf(drive).filter(event => event["event_type"] === type).length >= count) break;
    await drive.pause(100);
  }
  await drive.pause(400);
}

/** One thread, these prompts one after another; waits for the events of their turns. */
export function turns(...texts: readonly string[]): (drive: Drive) => Promise<void> {
  return async drive => {
    const thread = await drive.thread();
    for (const text of texts) await drive.turn(thread, text);
    await came(drive, "codex_turn_event", texts.length);
  };
}

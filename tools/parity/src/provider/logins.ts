import zlib from "node:zlib";
import type { Json, Reply, ScriptObject } from "@codex-ts-tools/model-server";
import { askAll } from "../app-server/stage.ts";
import { prompts, scenario, type Setting } from "../core/stage.ts";
import type { Drive, Place } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";
import { COUNTER, openaiAddress } from "./shapes.ts";
import { answer, inOrder, SOCKET } from "./stage.ts";

const NEVER = 4_102_444_800;

/** A token that nobody checks. */
export function token(more: object = {}, account = "acct-1"): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    email: "who@example.com",
    exp: NEVER,
    "https://api.openai.com/auth": {
      chatgpt_plan_type: "pro",
      chatgpt_user_id: "user-1",
      chatgpt_account_id: account,
    },
    ...more,
  };
  return `${part({ alg: "none" })}.${part(claims)}.${Buffer.from("none").toString("base64url")}`;
}

function chatgpt(tokens: Json = {}, more: Json = {}): string {
  return JSON.stringify({
    auth_mode: "chatgpt",
    OPENAI_API_KEY: null,
    tokens: { id_token: token(), access_token: token(), refresh_token: "refresh-1", account_id: "acct-1", ...tokens },
    last_refresh: new Date().toISOString(),
    ...more,
  });
}

const KEY = '{"OPENAI_API_KEY":"sk-stored"}';
const EXPIRED = token({ exp: 1000 });
const OLD = { last_refresh: "2020-01-01T00:00:00Z" };
const NO_END = token({ exp: undefined });
const REFRESH = "/oauth/token";

interface Login extends Omit<Setting, "script"> {
  auth?: string | null;
  replies?: readonly (Reply | string)[];
  server?: Omit<ScriptObject, "replies" | "respond" | "otherwise" | "routes">;
  /** How the issuer answers; the last answer repeats. */
  issuer?: readonly Reply[];
}

const renewed = (n: number): Reply => ({
  body: { id_token: token(), access_token: token({ n }), refresh_token: `refresh-${n + 1}` },
});

/** A scenario with a login, whose issuer is the scripted server. */
function loggedIn(name: string, login: Login, play: (drive: Drive) => Promise<void> = prompts("one", "two")): Scenario {
  const { auth = chatgpt(), replies = [], server = {}, issuer = [renewed(1), renewed(2)], ...rest } = login;
  return scenario(
    `login: ${name}`,
    {
      ...rest,
      provider: `requires_openai_auth = true\n${typeof rest.provider === "string" ? rest.provider : ""}`,
      script: {
        of: () => ({ ...(inOrder(replies) as ScriptObject), ...server, routes: { [`POST ${REFRESH}`]: issuer } }),
      },
      env: place => ({
        CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${place.baseUrl.replace(/\/v1$/, "")}${REFRESH}`,
        CODEX_REVOKE_TOKEN_URL_OVERRIDE: `${place.baseUrl.replace(/\/v1$/, "")}/oauth/revoke`,
        ...(typeof rest.env === "function" ? rest.env(place) : rest.env),
      }),
      files: { ...(auth === null ? {} : { "home/auth.json": auth }), ...rest.files },
    },
    play,
  );
}

const model = (slug: string, more: object = {}) => ({
  slug,
  display_name: slug.toUpperCase(),
  description: `about ${slug}`,
  default_reasoning_level: "medium",
  supported_reasoning_levels: [{ effort: "medium", description: "m" }],
  shell_type: "shell_command",
  visibility: "list",
  supported_in_api: true,
  priority: 0,
  availability_nux: null,
  upgrade: null,
  base_instructions: "be good",
  supports_reasoning_summaries: true,
  support_verbosity: false,
  default_verbosity: null,
  apply_patch_tool_type: null,
  truncation_policy: { mode: "bytes", limit: 10_000 },
  supports_parallel_tool_calls: false,
  context_window: 272_000,
  experimental_supported_tools: [],
  ...more,
});

const MODELS = [
  model("m-one", { priority: -5 }),
  model("m-chat", { priority: -9, supported_in_api: false }),
  model("m-hidden", { priority: -8, visibility: "hide" }),
  model("m-none", { priority: -7, visibility: "none" }),
  model("gpt-5.2", { priority: 3, display_name: "Replaced" }),
];

const list = (drive: Drive) =>
  askAll(drive, [
    ["models", "model/list", {}],
    ["hidden too", "model/list", { includeHidden: true }],
  ]);
const settled = (play: (drive: Drive) => Promise<void>) => async (drive: Drive) => {
  await drive.pause(700);
  await play(drive);
};
const listAfterTurn = async (drive: Drive) => {
  await prompts("one")(drive);
  await drive.pause(700);
  await list(drive);
};
const etag = (value: string): Reply => ({ text: "a", headers: { "x-models-etag": value } });

const states = (drive: Drive) =>
  askAll(drive, [
    ["read", "account/read", {}],
    ["status", "getAuthStatus", { includeToken: true }],
    ["limits", "account/rateLimits/read"],
    ["refreshed", "account/read", { refreshToken: true }],
    ["status refreshed", "getAuthStatus", { includeToken: true, refreshToken: true }],
    ["logout", "account/logout"],
    ["read without", "account/read", {}],
    ["status without", "getAuthStatus", { includeToken: true }],
  ]);

const EXTERNAL = {
  type: "chatgptAuthTokens",
  accessToken: token(),
  chatgptAccountId: "acct-1",
  chatgptPlanType: "plus",
};
const handedIn = (reply: (n: number) => { result: unknown } | { error: unknown }) => async (drive: Drive) => {
  let n = 0;
  drive.answer = question =>
    question.method === "account/chatgptAuthTokens/refresh" ? reply(n++) : { error: { code: -1, message: "?" } };
  await drive.note("login", "account/login/start", EXTERNAL);
  await drive.note("read", "account/read", {});
  await prompts("one", "two")(drive);
  await drive.note("status", "getAuthStatus", { includeToken: true });
};
const tokens = (n: number, account = "acct-1") => ({
  result: { accessToken: token({ n }), chatgptAccountId: account, chatgptPlanType: null },
});

const words = (code: string) => ({ error: { code, message: "words" } });

/** What an issuer may say in place of new tokens. */
const FAILURES: Record<string, Reply> = {
  ...Object.fromEntries(
    ["refresh_token_expired", "refresh_token_reused", "refresh_token_invalidated", "other_code"].map(code => [
      `401 ${code}`,
      answer(401, words(code)),
    ]),
  ),
  "401 with the code as a text": answer(401, { error: "refresh_token_expired" }),
  "401 with the code beside": answer(401, { code: "refresh_token_expired" }),
  "401 without a body": answer(401),
  "400 refresh_token_expired": answer(400, words("refresh_token_expired")),
  "403": answer(403, "no"),
  "500": answer(500, "oops"),
  "a page": answer(200, "<html></html>"),
  "an empty object": { body: {} },
};
const unauthorized = Array.from({ length: 8 }, () => answer(401, { error: { message: "expired" } }));

const asOpenai = { provider: 'name = "OpenAI"' };
const compressed = { features: "enable_request_compression = true" };

/** Requests and lists of models under every kind of login, and its renewal. */
export const logins: readonly Scenario[] = [
  loggedIn("none", { auth: null }),
  loggedIn("a stored key", { auth: KEY }),
  loggedIn("a stored key, over a WebSocket", { auth: KEY, provider: SOCKET }),
  loggedIn("ChatGPT", {}),
  loggedIn("ChatGPT, over a WebSocket", { provider: SOCKET }),
  loggedIn("ChatGPT of a government", {
    auth: chatgpt({
      id_token: token({
        "https://api.openai.com/auth": { chatgpt_account_id: "acct-1", chatgpt_account_is_fedramp: true },
      }),
    }),
  }),
  loggedIn("ChatGPT without an account", { auth: chatgpt({ account_id: null, id_token: token({}, "acct-2") }) }),
  loggedIn("a key in the environment", { auth: null, env: { OPENAI_API_KEY: "sk-env" } }),
  loggedIn("CODEX_API_KEY in the environment", { auth: null, env: { CODEX_API_KEY: "sk-codex" } }),
  ...["", "{", "[]", '{"tokens":{}}', '{"OPENAI_API_KEY":""}', '{"auth_mode":"mystery","OPENAI_API_KEY":"sk"}'].map(
    auth =>
      loggedIn(`a file that says ${JSON.stringify(auth)}`, { auth }, async drive => {
        await states(drive);
        await prompts("one")(drive);
      }),
  ),
  loggedIn("a stored key that is refused", { auth: KEY, replies: unauthorized }),
  loggedIn("states without a login", { auth: null }, states),
  loggedIn("states of a key", { auth: KEY }, states),
  loggedIn("states of ChatGPT", {}, states),
  loggedIn("states of an expired ChatGPT login", { auth: chatgpt({ access_token: EXPIRED }) }, states),
  loggedIn("ChatGPT has expired", { auth: chatgpt({ access_token: EXPIRED }) }),
  loggedIn("ChatGPT has expired, over a WebSocket", { auth: chatgpt({ access_token: EXPIRED }), provider: SOCKET }),
  loggedIn("ChatGPT is old", { auth: chatgpt({ access_token: NO_END }, OLD) }),
  loggedIn("ChatGPT is old but has an end", { auth: chatgpt({}, OLD) }),
  loggedIn("one 401", { replies: [unauthorized[0]!] }),
  loggedIn("one 401, over a WebSocket", {
    provider: SOCKET,
    server: { handshakes: [{ status: 401 }] },
  }),
  loggedIn("two 401", { replies: unauthorized.slice(0, 2) }),
  loggedIn("401 for ever", { replies: unauthorized }),
  loggedIn("401 and another login in the file", { replies: unauthorized }, async drive => {
    const thread = await drive.thread();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${drive.place.home}/auth.json`, chatgpt({ account_id: "acct-9", id_token: token({}, "acct-9") }));
    await drive.turn(thread, "one");
    await drive.turn(thread, "two");
  }),
  loggedIn("401 and no file any more", { replies: unauthorized }, async drive => {
    const thread = await drive.thread();
    const { rm } = await import("node:fs/promises");
    await rm(`${drive.place.home}/auth.json`);
    await drive.turn(thread, "one");
    await drive.turn(thread, "two");
  }),
  loggedIn("401 and a renewed login in the file", { replies: [unauthorized[0]!] }, async drive => {
    const thread = await drive.thread();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${drive.place.home}/auth.json`, chatgpt({ access_token: token({ n: 7 }) }));
    await drive.turn(thread, "one");
    await drive.turn(thread, "two");
  }),
  ...Object.entries(FAILURES).flatMap(([what, reply]) => [
    loggedIn(`ahead of time, the issuer says ${what}`, { auth: chatgpt({ access_token: EXPIRED }), issuer: [reply] }),
    loggedIn(`after a 401, the issuer says ${what}`, { replies: unauthorized, issuer: [reply] }),
  ]),
  loggedIn(
    "handed in",
    { auth: null, replies: [unauthorized[0]!] },
    handedIn(n => tokens(n)),
  ),
  loggedIn(
    "handed in, of another account",
    { auth: null, replies: [unauthorized[0]!] },
    handedIn(n => tokens(n, "acct-2")),
  ),
  loggedIn(
    "handed in, refused for ever",
    { auth: null, replies: unauthorized },
    handedIn(n => tokens(n)),
  ),
  loggedIn(
    "handed in, and the client refuses",
    { auth: null, replies: unauthorized },
    handedIn(() => ({ error: { code: -32000, message: "not today" } })),
  ),
  loggedIn(
    "handed in, and the client answers nonsense",
    { auth: null, replies: unauthorized },
    handedIn(() => ({ result: { nothing: true } })),
  ),
  loggedIn("compression with nothing", compressed, prompts("one")),
  loggedIn("compression of a key with nothing", { ...compressed, auth: KEY }, prompts("one")),
  loggedIn("compression of a key with a name", { ...compressed, ...asOpenai, auth: KEY }, prompts("one")),
  // The server reads what is compressed, and we compress, on a Node that can.
  ...("zstdCompressSync" in zlib
    ? [loggedIn("compression with a name", { ...compressed, ...asOpenai }, prompts("one"))]
    : []),
  loggedIn("no compression", { ...asOpenai, features: "enable_request_compression = false" }, prompts("one")),
  loggedIn("models without a login", { auth: null, server: { models: MODELS } }, settled(list)),
  loggedIn("models of a key", { auth: KEY, server: { models: MODELS } }, settled(list)),
  loggedIn("models of ChatGPT", { server: { models: MODELS } }, settled(list)),
  loggedIn("models of ChatGPT, at once", { server: { models: MODELS } }, list),
  loggedIn("models after a login by key", { auth: null, server: { models: MODELS } }, async drive => {
    await list(drive);
    await drive.note("login", "account/login/start", { type: "apiKey", apiKey: "sk-1" });
    await askAll(drive, [["models then", "model/list", {}]]);
    await drive.note("logout", "account/logout");
    await askAll(drive, [["models at last", "model/list", {}]]);
  }),
  loggedIn("models after tokens were handed in", { auth: null, server: { models: MODELS } }, async drive => {
    await list(drive);
    await drive.note("login", "account/login/start", EXTERNAL);
    await drive.pause(500);
    await askAll(drive, [["models then", "model/list", {}]]);
    await drive.note("logout", "account/logout");
    await drive.pause(500);
    await askAll(drive, [["models at last", "model/list", {}]]);
  }),
  scenario(
    "login: models of a token command",
    { script: { of: () => ({ ...(inOrder([]) as ScriptObject), models: MODELS }) }, provider: COUNTER() },
    listAfterTurn,
  ),
  ...[
    ["401", answer(401, {})],
    ["404", answer(404, {})],
    ["500", answer(500, "")],
    ["a page", answer(200, "<html></html>")],
    ["no list", { body: { models: {} } }],
    ["an empty list", { body: { models: [] } }],
    ["a model without most", { body: { models: [{ slug: "half" }, ...MODELS] } }],
    ["silence", { hang: true, body: "" }],
  ].map(([what, models]) =>
    loggedIn(`models: the server says ${what as string}`, { server: { models: models as Reply } }, listAfterTurn),
  ),
  loggedIn(
    "models: a version that changes",
    {
      server: { models: () => ({ body: { models: MODELS }, headers: { etag: "v1" } }) },
      replies: [etag("v1"), etag("v1"), etag("v2"), etag("v1")],
    },
    async drive => {
      const thread = await drive.thread();
      for (const text of ["one", "two", "three", "four"]) {
        await drive.turn(thread, text);
        await drive.pause(500);
      }
    },
  ),
  loggedIn(
    "models: a second start uses what is kept",
    {
      server: { models: () => ({ body: { models: MODELS }, headers: { etag: "v1" } }) },
    },
    async drive => {
      await listAfterTurn(drive);
      await drive.restart();
      await listAfterTurn(drive);
    },
  ),
  ...[
    ["of another version", { client_version: "0.1.0" }],
    ["that is old", { fetched_at: "2020-01-01T00:00:00Z" }],
    ["of the future", { fetched_at: "2099-01-01T00:00:00Z" }],
    ["that is young", {}],
  ].map(([what, more]) =>
    loggedIn(
      `models: a kept list ${what as string}`,
      {
        server: { models: MODELS },
        files: {
          "home/models_cache.json": JSON.stringify({
            fetched_at: new Date().toISOString(),
            etag: "v0",
            client_version: "0.125.0",
            models: [model("kept")],
            ...(more as object),
          }),
        },
      },
      listAfterTurn,
    ),
  ),
  loggedIn("OpenAI itself, over HTTP and WebSocket", {
    ...compressed,
    modelProvider: "openai",
    prepare: (place: Place) => openaiAddress(place),
  }),
];

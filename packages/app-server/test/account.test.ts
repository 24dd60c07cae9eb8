import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Script, ScriptObject } from "@codex-ts-tools/model-server";
import { startModelServer } from "@codex-ts-tools/model-server";
import { type Json, type TestClient, World } from "./harness.ts";

const encoded = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const jwt = (claims: object, signature = "x") =>
  `${encoded({ alg: "RS256" })}.${encoded(claims)}.${encoded(signature)}`;
const openai = "https://api.openai.com/auth";
const token = (account: string, plan = "pro", signature = "x") =>
  jwt(
    { email: "a@b.c", exp: 4_000_000_000, [openai]: { chatgpt_account_id: account, chatgpt_plan_type: plan } },
    signature,
  );

/** A server whose provider is the built-in one, pointed at the scripted model; no key comes from the environment. */
async function world(options: { script?: Script; config?: string; issuer?: string } = {}) {
  const made = await World.create({
    script: options.script ?? [],
    server: { login: { port: 0, ...(options.issuer === undefined ? {} : { issuer: options.issuer }) } },
  });
  writeFileSync(
    path.join(made.home, "config.toml"),
    `model = "gpt-5.2"\nopenai_base_url = "${made.model.baseUrl}"\nchatgpt_base_url = "${made.model.url}/backend-api/"\n${options.config ?? ""}`,
  );
  return made;
}

/** The notification of that method, received already or soon. */
const heard = (client: TestClient, method: string) =>
  vi.waitUntil(() => client.messages.find(message => message["method"] === method), { timeout: 60_000 });

const auth = (home: string) => path.join(home, "auth.json");
const completed = (loginId: string | null, error: string | null) => ({
  method: "account/login/completed",
  params: { loginId, success: error === null, error },
});

/** An issuer of tokens for one account. */
async function issuer(more: ScriptObject["routes"] = {}) {
  let url = "";
  const now = Math.floor(Date.now() / 1000);
  const server = await startModelServer({
    routes: {
      "POST /oauth/token": () => ({
        body: {
          token_type: "bearer",
          access_token: token("acc"),
          refresh_token: "planted-refresh",
          id_token: jwt({
            iss: url,
            aud: "app_EMoamEEZ73f0CkXaXp7hrann",
            sub: "u",
            iat: now,
            exp: now + 600,
            email: "a@b.c",
            [openai]: { chatgpt_account_id: "acc", chatgpt_plan_type: "pro" },
          }),
        },
      }),
      ...more,
    },
  });
  url = server.url;
  return server;
}

describe("an account with an API key", () => {
  it("V25: is stored as given, told to everybody, and forgotten", async () => {
    const made = await world();
    const { home } = made;
    const client = await made.client();
    expect(await client.call("account/read")).toEqual({ account: null, requiresOpenaiAuth: true });
    expect(await client.call("account/login/start", { type: "apiKey", apiKey: "sk-test" })).toEqual({ type: "apiKey" });
    await heard(client, "account/updated");
    expect(client.messages.slice(-2)).toEqual([
      completed(null, null),
      { method: "account/updated", params: { authMode: "apikey", planType: null } },
    ]);
    expect(await client.call("account/read")).toEqual({ account: { type: "apiKey" }, requiresOpenaiAuth: true });
    expect(await client.call("getAuthStatus", { includeToken: true })).toEqual({
      authMethod: "apikey",
      authToken: "sk-test",
      requiresOpenaiAuth: true,
    });
    const limits = await client.request("account/rateLimits/read");
    expect(limits["error"]).toEqual({
      code: -32600,
      message: "chatgpt authentication required to read rate limits",
    });
    expect(await client.call("account/logout")).toEqual({});
    expect(existsSync(auth(home))).toBe(false);
    const nobody = await client.request("account/sendAddCreditsNudgeEmail", { creditType: "credits" });
    expect(nobody["error"]["message"]).toBe("codex account authentication required to notify workspace owner");
  });

  it("is what the next request to the model carries", async () => {
    const made = await world({ script: ["hi"] });
    const client = await made.client();
    await client.call("account/login/start", { type: "apiKey", apiKey: "sk-test" });
    const { thread } = await client.call("thread/start", {});
    await client.call("turn/start", { threadId: thread.id, input: [{ type: "text", text: "hello" }] });
    const asked = await made.model.waitForRequest(0);
    expect(asked.headers["authorization"]).toBe("Bearer sk-test");
    await heard(client, "turn/completed");
  });

  it.each([
    ["chatgpt", { type: "apiKey", apiKey: "k" }, "API key login is disabled. Use ChatGPT login instead."],
    ["api", { type: "chatgpt" }, "ChatGPT login is disabled. Use API key login instead."],
    ["api", { type: "chatgptDeviceCode" }, "ChatGPT login is disabled. Use API key login instead."],
    [
      "api",
      { type: "chatgptAuthTokens", accessToken: token("a"), chatgptAccountId: "a" },
      "External ChatGPT auth is disabled. Use API key login instead.",
    ],
  ])("is held to forced_login_method = %s: %j", async (method, params, message) => {
    const client = await (await world({ config: `forced_login_method = "${method}"\n` })).client();
    expect((await client.request("account/login/start", params as Json))["error"]).toEqual({ code: -32600, message });
  });
});

describe("a ChatGPT login", () => {
  it("in a browser ends with tokens, and its limits can be read", async () => {
    const issued = await issuer();
    const usage = {
      plan_type: "pro",
      rate_limit: { primary_window: { used_percent: 12, limit_window_seconds: 18_000, reset_at: 1_900_000_000 } },
    };
    const made = await world({
      issuer: issued.url,
      script: { routes: { "GET /backend-api/wham/usage": { body: usage } } },
    });
    const client = await made.client();
    const { type, loginId, authUrl } = await client.call("account/login/start", { type: "chatgpt" });
    expect(type).toBe("chatgpt");
    const sent = new URL(authUrl).searchParams;
    expect(sent.get("originator")).toBe("test");
    const back = new URL(sent.get("redirect_uri") ?? "");
    back.hostname = "127.0.0.1";
    back.search = new URLSearchParams({ state: sent.get("state") ?? "", code: "c" }).toString();
    await (await fetch(back)).text();
    await heard(client, "account/updated");
    expect(client.messages.slice(-2)).toEqual([
      completed(loginId, null),
      { method: "account/updated", params: { authMode: "chatgpt", planType: "pro" } },
    ]);
    expect(await client.call("account/read")).toEqual({
      account: { type: "chatgpt", email: "a@b.c", planType: "pro" },
      requiresOpenaiAuth: true,
    });
    expect(JSON.parse(readFileSync(auth(made.home), "utf8"))).toMatchObject({
      auth_mode: "chatgpt",
      tokens: { refresh_token: "planted-refresh", account_id: "acc" },
    });
    const limits = await client.call("account/rateLimits/read");
    expect(limits["rateLimits"]).toMatchObject({ limitId: "codex", planType: "pro", primary: { usedPercent: 12 } });
    expect(JSON.stringify(client.messages)).not.toContain("planted");
    await issued.close();
  });

  it("can be cancelled, once, and gives way to a newer one", async () => {
    const issued = await issuer();
    const client = await (await world({ issuer: issued.url })).client();
    const first = await client.call("account/login/start", { type: "chatgpt" });
    expect(await client.call("account/login/cancel", { loginId: first["loginId"] })).toEqual({ status: "canceled" });
    const ended = "Login server error: Login was not completed";
    expect(client.messages).toContainEqual(completed(first["loginId"], ended));
    expect(await client.call("account/login/cancel", { loginId: first["loginId"] })).toEqual({ status: "notFound" });
    const bad = await client.request("account/login/cancel", { loginId: "bad" });
    expect(bad["error"]).toEqual({ code: -32600, message: "invalid login id: bad" });
    const second = await client.call("account/login/start", { type: "chatgpt" });
    await client.call("account/login/start", { type: "apiKey", apiKey: "k" });
    expect(client.messages).toContainEqual(completed(second["loginId"], ended));
    await issued.close();
  });

  it("with a device code waits until the code was typed", async () => {
    const issued = await issuer({
      "POST /api/accounts/deviceauth/usercode": { body: { device_auth_id: "D", user_code: "AB-1", interval: "0.01" } },
      "POST /api/accounts/deviceauth/token": [
        { status: 403 },
        { body: { authorization_code: "c", code_challenge: "x", code_verifier: "v".repeat(43) } },
      ],
    });
    const client = await (await world({ issuer: issued.url })).client();
    const started = await client.call("account/login/start", { type: "chatgptDeviceCode" });
    expect(started).toEqual({
      type: "chatgptDeviceCode",
      loginId: expect.any(String),
      verificationUrl: `${issued.url}/codex/device`,
      userCode: "AB-1",
    });
    await heard(client, "account/updated");
    expect(client.messages).toContainEqual(completed(started["loginId"], null));
    await issued.close();
  });

  it("that cannot be started says why", async () => {
    const issued = await issuer();
    await issued.close();
    const client = await (await world({ issuer: issued.url })).client();
    const { error } = await client.request("account/login/start", { type: "chatgptDeviceCode" });
    expect(error["code"]).toBe(-32603);
    expect(error["message"]).toMatch(/^failed to request device code: /);
  });
});

describe("tokens of a client", () => {
  const handIn = (account: string, accessToken = token(account, "plus")) => ({
    type: "chatgptAuthTokens",
    accessToken,
    chatgptAccountId: account,
  });

  it("are used in memory alone, block other logins, and end with a log-out", async () => {
    const made = await world();
    const { home } = made;
    const client = await made.client();
    expect(await client.call("account/login/start", handIn("acc"))).toEqual({ type: "chatgptAuthTokens" });
    await heard(client, "account/updated");
    expect(client.messages.at(-1)).toEqual({
      method: "account/updated",
      params: { authMode: "chatgptAuthTokens", planType: "plus" },
    });
    const account = { type: "chatgpt", email: "a@b.c", planType: "plus" };
    expect(await client.call("account/read")).toEqual({ account, requiresOpenaiAuth: true });
    for (const params of [{ type: "apiKey", apiKey: "k" }, { type: "chatgpt" }]) {
      expect((await client.request("account/login/start", params))["error"]["message"]).toBe(
        "External auth is active. Use account/login/start (chatgptAuthTokens) to update it or account/logout to clear it.",
      );
    }
    expect(await client.call("getAuthStatus", {})).toMatchObject({ authMethod: "chatgptAuthTokens", authToken: null });
    expect(existsSync(auth(home))).toBe(false);
    await client.call("account/logout");
    expect(await client.call("account/read")).toMatchObject({ account: null });
    const bad = await client.request("account/login/start", handIn("acc", "bad"));
    expect(bad["error"]).toEqual({ code: -32603, message: "failed to set external auth: invalid ID token format" });
  });

  it("are renewed by the client after a 401, and the request goes out again", async () => {
    const renewed = token("acc", "plus", "renewed");
    const made = await world({
      script: request =>
        request.headers["authorization"] === `Bearer ${renewed}` ? "hi" : { status: 401, body: { error: {} } },
      config: "[features]\nenable_request_compression = false\n",
    });
    const client = await made.client();
    client.answer = request =>
      request["method"] === "account/chatgptAuthTokens/refresh"
        ? { result: { accessToken: renewed, chatgptAccountId: "acc", chatgptPlanType: "plus" } }
        : undefined;
    await client.call("account/login/start", handIn("acc"));
    const { thread } = await client.call("thread/start", {});
    await client.call("turn/start", { threadId: thread.id, input: [{ type: "text", text: "hello" }] });
    const done = await heard(client, "turn/completed");
    expect(done["params"]["turn"]["status"]).toBe("completed");
    const asked = client.messages.find(message => message["method"] === "account/chatgptAuthTokens/refresh");
    expect(asked?.["params"]).toEqual({ reason: "unauthorized", previousAccountId: "acc" });
  });
});

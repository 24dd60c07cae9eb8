import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  AuthManager,
  brokenLoginRestriction,
  type LoginStatus,
  type AuthManagerOptions,
  AuthStoreError,
  claimsOf,
  commandAuth,
  defineProvider,
  fileAuthStore,
  type ModelError,
  noAuth,
  providerAuth,
  runTokenCommand,
  type StoredAuth,
  systemClock,
} from "../src/index.ts";
import { chatgptToken, jwt } from "./support/jwt.ts";
import { clientFor, closeServers, sample, serve } from "./support/run.ts";

afterEach(closeServers);

const folder = () => mkdtempSync(path.join(tmpdir(), "auth-"));
const ENV = { PATH: process.env.PATH };
const NOW = Date.parse("2026-01-10T00:00:00Z");

function managerFor(stored: StoredAuth | null, more: Partial<AuthManagerOptions> = {}) {
  let held = stored;
  const store = {
    load: async () => held,
    save: async (auth: StoredAuth) => {
      held = auth;
    },
    clear: async () => {
      const was = held !== null;
      held = null;
      return was;
    },
  };
  const manager = new AuthManager({ store, env: {}, clock: { ...systemClock, now: () => NOW }, fetch, ...more });
  return { manager, stored: () => held, replace: (auth: StoredAuth) => void (held = auth) };
}

const tokens = (access: string, account = "acc") => ({
  id_token: chatgptToken(account),
  access_token: access,
  refresh_token: `refresh-of-${account}`,
  account_id: account,
});

describe("the session's logins", () => {
  it("are asked in order: CODEX_API_KEY, tokens of the client, the store, OPENAI_API_KEY", async () => {
    const env = { CODEX_API_KEY: "codex", OPENAI_API_KEY: "openai" };
    const stored = { OPENAI_API_KEY: "stored" };
    const { manager } = managerFor(stored, { env, allowCodexApiKey: true });
    expect(await manager.credential()).toEqual({ kind: "apiKey", token: "codex" });
    const second = managerFor(stored, { env }).manager;
    expect(await second.credential()).toEqual({ kind: "apiKey", token: "stored" });
    second.useExternalTokens({ accessToken: "ext", accountId: "a", planType: "pro" });
    expect(await second.credential()).toMatchObject({ kind: "chatgpt", token: "ext", accountId: "a", planType: "pro" });
    expect(await managerFor(null, { env }).manager.credential()).toEqual({ kind: "apiKey", token: "openai" });
    expect(await managerFor(null, { env, allowOpenaiApiKey: false }).manager.credential()).toBeNull();
  });

  it("without a mode are an API key when there is one, else ChatGPT", async () => {
    expect(await managerFor({ OPENAI_API_KEY: "k", tokens: tokens("t") }).manager.credential()).toMatchObject({
      kind: "apiKey",
    });
    expect(await managerFor({ tokens: tokens("t") }).manager.credential()).toMatchObject({
      kind: "chatgpt",
      token: "t",
    });
    const both = { auth_mode: "chatgpt", OPENAI_API_KEY: "k", tokens: tokens("t") };
    expect(await managerFor(both).manager.credential()).toMatchObject({ kind: "chatgpt" });
  });

  it("that cannot be read are none, which is said once", async () => {
    const home = folder();
    writeFileSync(path.join(home, "auth.json"), '{"OPENAI_API_KEY": "planted-secret"');
    const warnings: string[] = [];
    const manager = new AuthManager({
      store: fileAuthStore(home),
      env: {},
      clock: systemClock,
      fetch,
      warn: text => void warnings.push(text),
    });
    expect([await manager.status(), await manager.credential(), manager.kind]).toEqual([
      { kind: "none" },
      null,
      "none",
    ]);
    expect(warnings).toEqual([`${home}/auth.json is not valid JSON. Log in again, or delete it.`]);
  });

  it("of ChatGPT have the account that is stored with them, and no other", async () => {
    const stored = { tokens: { ...tokens("t"), account_id: null } };
    expect(await managerFor(stored).manager.credential()).toMatchObject({ token: "t", accountId: null });
  });

  it("with an empty key are one to look at, and nothing to send", async () => {
    const { manager } = managerFor({ OPENAI_API_KEY: "" });
    expect([await manager.status(), await manager.credential()]).toEqual([{ kind: "apiKey", from: "stored" }, null]);
  });

  it("have a status without secrets", async () => {
    const { manager } = managerFor({ auth_mode: "chatgpt", tokens: tokens("t") });
    expect(await manager.status()).toEqual({
      kind: "chatgpt",
      from: "stored",
      email: "a@example.com",
      planType: "plus",
      accountId: "acc",
    });
  });

  it("are replaced by a login and gone after a logout, which the issuer is told", async () => {
    const issuer = await serve({ routes: { "POST /revoke": {} } });
    const env = { CODEX_REVOKE_TOKEN_URL_OVERRIDE: `${issuer.url}/revoke` };
    const { manager, stored } = managerFor(null, { env });
    await manager.loginWithApiKey(" k ");
    expect(stored()).toEqual({ auth_mode: "apikey", OPENAI_API_KEY: " k " });
    expect(await manager.logout()).toBe(true);
    expect(issuer.log).toEqual([]);
    await manager.loginWithTokens(tokens("t"));
    expect(await manager.credential()).toMatchObject({ token: "t" });
    expect([await manager.logout(), stored(), await manager.credential(), await manager.logout()]).toEqual([
      true,
      null,
      null,
      false,
    ]);
    expect(issuer.log.map(request => request.body)).toEqual([
      { token: "refresh-of-acc", token_type_hint: "refresh_token", client_id: "app_EMoamEEZ73f0CkXaXp7hrann" },
    ]);
  });

  it("end even when the issuer does not answer", async () => {
    const warnings: string[] = [];
    const { manager, stored } = managerFor(
      { auth_mode: "chatgpt", tokens: tokens("t") },
      { fetch: () => Promise.reject(new Error("no network")), warn: message => warnings.push(message) },
    );
    expect([await manager.logout(), stored()]).toEqual([true, null]);
    expect(warnings.join()).toContain("was not told");
  });

  it("are held against what an administrator requires", () => {
    const chatgpt = { kind: "chatgpt", from: "stored", email: null, planType: null, accountId: "acc" } as const;
    const key = { kind: "apiKey", from: "stored" } as const;
    const broken = (status: LoginStatus, method: "chatgpt" | "api" | null, workspaceId: string | null = null) =>
      brokenLoginRestriction(status, { method, workspaceId });
    expect(broken(chatgpt, "api")).toBe("API key login is required, but ChatGPT is currently being used. Logging out.");
    expect(broken(key, "chatgpt")).toBe(
      "ChatGPT login is required, but an API key is currently being used. Logging out.",
    );
    expect(broken(chatgpt, "chatgpt", "ws")).toBe(
      "Login is restricted to workspace ws, but current credentials belong to acc. Logging out.",
    );
    expect([broken(chatgpt, null, "acc"), broken(key, null, "ws"), broken({ kind: "none" }, "api", "ws")]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("of ChatGPT say which account, and FedRAMP", async () => {
    const server = await serve(["ok"]);
    const stored = { ...tokens("t"), id_token: chatgptToken("acc", { chatgpt_account_is_fedramp: true }) };
    const { manager } = managerFor({ tokens: stored });
    await sample(clientFor(server, {}, { auth: manager }));
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer t",
      "chatgpt-account-id": "acc",
      "x-openai-fedramp": "true",
    });
  });
});

describe("a ChatGPT token", () => {
  const issuer = async (reply: object) => {
    const server = await serve({ routes: { "POST /oauth/token": reply } });
    return { server, env: { CODEX_REFRESH_TOKEN_URL_OVERRIDE: `${server.url}/oauth/token` } };
  };

  it("that has expired is renewed before it is used", async () => {
    const { server, env } = await issuer({ body: { access_token: "new", refresh_token: "r2" } });
    const { manager, stored } = managerFor({ tokens: tokens(jwt({ exp: NOW / 1000 })) }, { env });
    const both = await Promise.all([manager.credential(), manager.credential()]);
    expect(both).toMatchObject([{ token: "new" }, { token: "new" }]);
    expect(server.log.map(request => request.body)).toMatchObject([
      { grant_type: "refresh_token", refresh_token: "refresh-of-acc" },
    ]);
    expect(stored()).toMatchObject({
      tokens: { access_token: "new", refresh_token: "r2" },
      last_refresh: "2026-01-10T00:00:00.000Z",
    });
  });

  it("without an end is renewed after eight days", async () => {
    const { server, env } = await issuer({ body: { access_token: "new" } });
    const young = { tokens: tokens("t"), last_refresh: "2026-01-03T00:00:00Z" };
    expect(await managerFor(young, { env }).manager.credential()).toMatchObject({ token: "t" });
    const old = { tokens: tokens("t"), last_refresh: "2026-01-01T00:00:00Z" };
    expect(await managerFor(old, { env }).manager.credential()).toMatchObject({ token: "new" });
    expect(server.log).toHaveLength(1);
  });

  it("that cannot be renewed is used as it is, and a refused refresh token is not tried again", async () => {
    const { server, env } = await issuer({ status: 401, body: { error: { code: "refresh_token_expired" } } });
    const warnings: string[] = [];
    const stale = jwt({ exp: 1 });
    const { manager } = managerFor({ tokens: tokens(stale) }, { env, warn: text => void warnings.push(text) });
    expect(await manager.credential()).toMatchObject({ token: stale });
    expect(await manager.credential()).toMatchObject({ token: stale });
    expect(server.log).toHaveLength(1);
    expect(warnings[0]).toContain("expired");
  });

  it("that is refused is read again from the store, then renewed", async () => {
    const { server, env } = await issuer({ body: { access_token: "new" } });
    const model = await serve([{ status: 401, delayMs: 30 }, { status: 401 }, "ok"]);
    const { manager, replace } = managerFor({ tokens: tokens("old") }, { env });
    const sampling = sample(clientFor(model, {}, { auth: manager }));
    await model.waitForRequest(0);
    replace({ tokens: tokens("by-other-program") });
    expect((await sampling).errors).toEqual([]);
    expect(model.requests.map(request => request.headers.authorization)).toEqual([
      "Bearer old",
      "Bearer by-other-program",
      "Bearer new",
    ]);
    expect(server.log).toHaveLength(1);
  });

  it("of another account in the store ends the turn", async () => {
    const model = await serve({ otherwise: { status: 401 } });
    const { manager, replace } = managerFor({ tokens: tokens("old") });
    await manager.credential();
    replace({ tokens: tokens("t", "someone-else") });
    const { errors } = await sample(clientFor(model, {}, { auth: manager }));
    expect(errors).toMatchObject([{ code: "auth_refresh_failed", retryable: false, codexErrorInfo: "unauthorized" }]);
  });

  it("of the client is renewed by the client", async () => {
    const model = await serve([{ status: 401 }, "ok"]);
    const { manager } = managerFor(null, {
      refreshExternal: async account => ({
        accessToken: `new-of-${account ?? ""}`,
        accountId: account,
        planType: null,
      }),
    });
    manager.useExternalTokens({ accessToken: "old", accountId: "a", planType: null });
    expect((await sample(clientFor(model, {}, { auth: manager }))).errors).toEqual([]);
    expect(model.requests[1]?.headers.authorization).toBe("Bearer new-of-a");
  });

  it("has claims, and anything else has none", () => {
    expect(claimsOf(chatgptToken("a"))).toMatchObject({ accountId: "a", planType: "plus", email: "a@example.com" });
    for (const broken of ["", "a.b.c", "x", `a.${Buffer.from("[]").toString("base64url")}.c`]) {
      expect(claimsOf(broken)).toMatchObject({ accountId: null, expiresAt: null });
    }
  });
});

describe("auth.json", () => {
  it("is readable by its owner alone and keeps what it does not know", async () => {
    const home = folder();
    const store = fileAuthStore(path.join(home, "new", "home"));
    expect(await store.load()).toBeNull();
    await store.save({ auth_mode: "apikey", OPENAI_API_KEY: "k" });
    const file = path.join(home, "new", "home", "auth.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await store.load()).toEqual({ auth_mode: "apikey", OPENAI_API_KEY: "k" });
    expect([await store.clear(), await store.clear()]).toEqual([true, false]);
  });

  it("of a loose mode is made strict by the next save", async () => {
    const home = folder();
    const file = path.join(home, "auth.json");
    writeFileSync(file, "{}");
    chmodSync(file, 0o644);
    await fileAuthStore(home).save({ OPENAI_API_KEY: "k" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("that is broken is named without its contents", async () => {
    const home = folder();
    for (const text of [
      '{"OPENAI_API_KEY": "planted-secret"',
      '["planted-secret"]',
      '{"tokens": {"id_token": "planted-secret"}}',
      '{"auth_mode": "mystery", "OPENAI_API_KEY": "planted-secret"}',
    ]) {
      writeFileSync(path.join(home, "auth.json"), text);
      const error = await fileAuthStore(home)
        .load()
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AuthStoreError);
      expect(String(error)).toContain("auth.json");
      expect(String(error)).not.toContain("planted");
    }
  });
});

describe("a token command", () => {
  const command = (script: string, more: object = {}) => ({
    command: "sh",
    args: ["-c", script],
    timeoutMs: 5000,
    refreshIntervalMs: 1000,
    cwd: "/",
    ...more,
  });
  const failureOf = (auth: Parameters<typeof runTokenCommand>[0]) =>
    runTokenCommand(auth, ENV, systemClock).then(
      token => `token ${token}`,
      (error: Error) => error.message,
    );

  it.each([
    ["prints a token with blanks around it", command("echo; echo ' tok '"), "token tok"],
    ["fails", command("echo why >&2; exit 3"), "provider auth command `sh` exited with status exit status: 3: why"],
    ["fails without a word", command("exit 1"), "provider auth command `sh` exited with status exit status: 1"],
    ["is killed", command("kill -9 $$"), "provider auth command `sh` exited with status signal: 9 (SIGKILL)"],
    ["prints nothing", command("true"), "provider auth command `sh` produced an empty token"],
    ["prints blanks", command("echo ' '"), "provider auth command `sh` produced an empty token"],
    ["prints no UTF-8", command("printf '\\377'"), "provider auth command `sh` wrote non-UTF-8 data to stdout"],
    ["never ends", command("sleep 60", { timeoutMs: 100 }), "provider auth command `sh` timed out after 100 ms"],
    [
      "leaves a child that holds its output",
      command("sleep 60 & sleep 60", { timeoutMs: 100 }),
      "provider auth command `sh` timed out after 100 ms",
    ],
    [
      "does not exist",
      command("", { command: "/no/such/program", args: [] }),
      "provider auth command `/no/such/program` failed to start: No such file or directory (os error 2)",
    ],
  ])("that %s", async (_what, auth, outcome) => {
    expect(await failureOf(auth)).toBe(outcome);
  });

  it("that prints secrets on stderr does not leak them", async () => {
    const text = await failureOf(
      command("echo 'denied for sk-proj-abcdefghijkl0123456789 in /usr/lib/tokens/helper9.py' >&2; exit 1"),
    );
    expect(text).toContain("denied for [redacted] in /usr/lib/tokens/helper9.py");
  });

  it("that quotes on stderr what it prints, or the token that it cannot renew, does not leak it", async () => {
    const text = await failureOf(command("echo secret7; echo 'no more secret7' >&2; exit 2"));
    expect(text).toBe("provider auth command `sh` exited with status exit status: 2: no more [redacted]");
    const file = path.join(folder(), "n");
    const source = commandAuth(
      command(`if [ -e ${file} ]; then echo 'old tok-9 is over' >&2; exit 1; fi; touch ${file}; echo tok-9`),
      { env: ENV, clock: systemClock },
    );
    expect(await source.credential()).toMatchObject({ token: "tok-9" });
    await expect(source.recovery().next()).rejects.toThrow(/: old \[redacted\] is over$/);
  });

  it("that prints 10 MB, or never stops printing, is ended at once and gives no token", {
    timeout: 20_000,
  }, async () => {
    const tooMuch = "provider auth command `sh` printed more than 1048576 bytes";
    expect(await failureOf(command("head -c 10000000 /dev/zero | tr '\\0' x", { timeoutMs: 15_000 }))).toBe(tooMuch);
    expect(await failureOf(command("yes token", { timeoutMs: 15_000 }))).toBe(tooMuch);
    const noise = command("head -c 10000000 /dev/zero | tr '\\0' x >&2; echo tok", { timeoutMs: 15_000 });
    expect(await failureOf(noise)).toBe("token tok");
  });

  it("runs in its folder, and a path with a separator starts there", async () => {
    const home = folder();
    const script = path.join(home, "tok.sh");
    writeFileSync(script, "#!/bin/sh\npwd\n");
    chmodSync(script, 0o755);
    expect(await failureOf(command("", { command: "./tok.sh", args: [], cwd: home }))).toBe(`token ${home}`);
  });

  it("runs once for callers at the same time, again after its interval, and for ever with interval 0", async () => {
    const file = path.join(folder(), "n");
    writeFileSync(file, "");
    let now = 0;
    const clock = { ...systemClock, now: () => now };
    const script = `sleep 0.05; echo x >> ${file}; wc -l < ${file}`;
    const source = commandAuth(command(script), { env: ENV, clock });
    expect(await Promise.all([source.credential(), source.credential()])).toMatchObject([
      { token: "1" },
      { token: "1" },
    ]);
    now = 999;
    expect(await source.credential()).toMatchObject({ token: "1" });
    now = 1000;
    expect(await source.credential()).toMatchObject({ token: "2" });
    const forever = commandAuth(command(script, { refreshIntervalMs: 0 }), { env: ENV, clock });
    expect(await forever.credential()).toMatchObject({ token: "3" });
    now = 1e12;
    expect(await forever.credential()).toMatchObject({ token: "3" });
    const recovery = forever.recovery();
    expect([await recovery.next(), await recovery.next()]).toEqual([true, false]);
    expect([await forever.credential(), readFileSync(file, "utf8").length]).toMatchObject([{ token: "4" }, 8]);
  });
});

describe("Amazon Bedrock", () => {
  const failureOf = async (aws: { region?: string }, env: Record<string, string>) => {
    const provider = defineProvider("amazon-bedrock", { name: "Amazon Bedrock", aws }, "/");
    const source = providerAuth(provider, { env, clock: systemClock, session: noAuth });
    return source.credential().then(
      credential => credential?.token,
      (error: Error) => error.message,
    );
  };

  it("takes a bearer token where a region is set", async () => {
    const env = { AWS_BEARER_TOKEN_BEDROCK: "t" };
    expect(await failureOf({ region: "eu-west-1" }, env)).toBe("t");
    expect(await failureOf({}, env)).toBe(
      "Fatal error: Amazon Bedrock bearer token auth requires `model_providers.amazon-bedrock.aws.region`",
    );
    expect(await failureOf({ region: "x" }, env)).toBe(
      "Fatal error: Amazon Bedrock Mantle does not support region `x`",
    );
    expect(await failureOf({ region: "eu-west-1" }, {})).toContain("needs a bearer token");
  });
});

describe("planted secrets", () => {
  it("are in no error, whoever quotes them", async () => {
    const secrets = ["planted-key-1", "planted-header-2", "planted-query-3", "planted-env-4"];
    const body = { error: { message: `wrong ${secrets.join(" ")}` } };
    const headers = { "x-openai-authorization-error": secrets.join(" "), "x-request-id": secrets.join(" ") };
    const errors: ModelError[] = [];
    for (const status of [400, 401, 403, 404, 418, 429, 500, 503]) {
      const server = await serve({ otherwise: { status, body, headers } });
      const provider = {
        env_key: "KEY",
        http_headers: { "x-api-key": "planted-header-2" },
        env_http_headers: { "x-auth-token": "HEADER" },
        query_params: { "subscription-key": "planted-query-3" },
        stream_max_retries: 0,
        request_max_retries: 0,
      };
      const env = { KEY: "planted-key-1", HEADER: "planted-env-4" };
      errors.push(...(await sample(clientFor(server, provider, { env }))).errors);
    }
    const broken = clientFor(
      { baseUrl: "http://user:planted-key-1@127.0.0.1:9/v1" },
      { request_max_retries: 0, stream_max_retries: 0 },
    );
    errors.push(...(await sample(broken)).errors);
    expect(errors).toHaveLength(9);
    for (const error of errors) {
      const everything = [error.message, error.stack, error.hint, String(error.cause), JSON.stringify(error)].join(
        "\n",
      );
      expect(everything).not.toContain("planted");
    }
  });

  it("that are missing altogether are named", async () => {
    const server = await serve({ otherwise: { status: 401, body: {} } });
    const { errors } = await sample(clientFor(server, { requires_openai_auth: true }));
    expect(errors[0]?.hint).toContain("set OPENAI_API_KEY");
    const nobody = clientFor(
      { baseUrl: "http://127.0.0.1:9/v1" },
      { requires_openai_auth: true, stream_max_retries: 0 },
    );
    expect((await sample(nobody)).errors[0]?.hint).toContain("set OPENAI_API_KEY");
  });
});

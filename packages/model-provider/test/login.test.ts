import type { Reply } from "@codex-ts-tools/model-server";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  AuthManager,
  authStoreFor,
  type AuthStoreKind,
  AuthStoreError,
  autoAuthStore,
  type Keyring,
  keyringAuthStore,
  memoryAuthStore,
  systemClock,
} from "../src/index.ts";
import { type LoginError, startBrowserLogin, startDeviceLogin } from "../src/login/index.ts";
import { issuedTokens } from "./support/jwt.ts";
import { closeServers, serve } from "./support/run.ts";

afterEach(closeServers);

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: LoginError) => `${error.code}: ${error.message}`,
  );

/** An issuer whose tokens are good, or that answers what it is told to. */
async function issuer(token?: Reply, device: Reply[] = []) {
  let url = "";
  const good = () => ({ body: issuedTokens(url) });
  const server = await serve({
    routes: {
      "POST /oauth/token": token ?? good,
      "POST /api/accounts/deviceauth/usercode": { body: { device_auth_id: "D", user_code: "ABCD", interval: "0.01" } },
      "POST /api/accounts/deviceauth/token": device,
    },
  });
  url = server.url;
  return server;
}

describe("a login in a browser", () => {
  const start = (url: string) =>
    startBrowserLogin({ fetch, clock: systemClock, originator: "codex-ts", issuer: url, port: 0 });
  const comeBack = (authUrl: string, answer: Record<string, string>) => {
    const sent = new URL(authUrl).searchParams;
    const back = new URL(sent.get("redirect_uri") ?? "");
    back.hostname = "127.0.0.1";
    for (const [name, value] of Object.entries({ state: sent.get("state") ?? "", ...answer }))
      back.searchParams.set(name, value);
    return fetch(back);
  };

  it("hands out tokens that can be stored", async () => {
    const server = await issuer();
    const login = await start(server.url);
    const url = new URL(login.authUrl);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: "code",
      client_id: "app_EMoamEEZ73f0CkXaXp7hrann",
      scope: "openid profile email offline_access api.connectors.read api.connectors.invoke",
      code_challenge_method: "S256",
      codex_cli_simplified_flow: "true",
      originator: "codex-ts",
    });
    const page = await comeBack(login.authUrl, { code: "c" });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Logged in")]);
    const tokens = await login.completed;
    const sent = new URLSearchParams(server.log[0]?.bodyText);
    expect([sent.get("grant_type"), sent.get("code"), sent.get("code_verifier")?.length]).toEqual([
      "authorization_code",
      "c",
      43,
    ]);
    const manager = new AuthManager({ store: memoryAuthStore(), env: {}, clock: systemClock, fetch });
    await manager.loginWithTokens(tokens);
    expect(await manager.credential()).toMatchObject({ kind: "chatgpt", token: "access", accountId: "acc" });
  });

  it("turns strangers away and goes on waiting", async () => {
    const login = await start((await issuer()).url);
    const answer = await comeBack(login.authUrl, { code: "evil", state: "other" });
    expect(answer.status).toBe(400);
    expect((await comeBack(login.authUrl, { code: "c" })).status).toBe(200);
    expect((await login.completed).refresh_token).toBe("refresh");
  });

  it("that is refused says why, with the text made safe for the page", async () => {
    const login = await start((await issuer()).url);
    const outcome = failureOf(login.completed);
    const page = await comeBack(login.authUrl, { error: "access_denied", error_description: "<b>no</b>" });
    expect(await page.text()).toContain("&#60;b&#62;no&#60;/b&#62;");
    expect(await outcome).toBe("refused: The login was refused: <b>no</b>");
  });

  it.each<[string, Reply]>([
    ["refuses the code", { status: 400, body: { error: "invalid_grant" } }],
    ["answers nonsense", { body: "nonsense" }],
    ["sends a token of somebody else", { body: issuedTokens("http://somebody.else") }],
  ])("ends when the issuer %s", async (_what, reply) => {
    const login = await start((await issuer(reply)).url);
    const outcome = failureOf(login.completed);
    expect((await comeBack(login.authUrl, { code: "planted-code" })).status).toBe(502);
    expect(await outcome).toMatch(/^refused: The login server did not hand out tokens \(.+\)\. Try again\.$/);
    expect(await outcome).not.toContain("planted");
  });

  it("can be cancelled", async () => {
    const login = await start((await issuer()).url);
    const outcome = failureOf(login.completed);
    login.cancel();
    expect(await outcome).toBe("cancelled: The login was cancelled.");
  });

  it("gives way to a newer one, and needs its port otherwise", async () => {
    const url = (await issuer()).url;
    const login = await start(url);
    const outcome = failureOf(login.completed);
    const port = Number(new URL(new URL(login.authUrl).searchParams.get("redirect_uri") ?? "").port);
    const soon = { ...systemClock, timer: (ms: number, done: () => void) => systemClock.timer(ms / 20, done) };
    const second = await startBrowserLogin({ fetch, clock: soon, originator: "o", port, issuer: url });
    expect(await outcome).toBe("cancelled: Login cancelled");
    second.cancel();
    const stranger = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>(done => stranger.listen(0, "127.0.0.1", done));
    const taken = (stranger.address() as AddressInfo).port;
    const refused = await failureOf(startBrowserLogin({ fetch, clock: soon, originator: "o", port: taken }));
    expect(refused).toContain(`port_in_use: Port ${taken} cannot be used`);
    stranger.close();
  });

  it("must belong to the required workspace", async () => {
    const url = (await issuer()).url;
    const options = { fetch, clock: systemClock, originator: "codex-ts", issuer: url, port: 0 };
    const login = await startBrowserLogin({ ...options, workspaceId: "other" });
    expect(new URL(login.authUrl).searchParams.get("allowed_workspace_id")).toBe("other");
    const outcome = failureOf(login.completed);
    await comeBack(login.authUrl, { code: "c" });
    expect(await outcome).toMatch(/^refused: Login is restricted to workspace id other/);
  });
});

describe("a login with a device code", () => {
  it("waits until somebody has typed the code", async () => {
    const authorized = { body: { authorization_code: "c", code_verifier: "v".repeat(43), code_challenge: "x" } };
    const server = await issuer(undefined, [{ status: 403 }, { status: 404 }, authorized]);
    const login = await startDeviceLogin({ fetch, clock: systemClock, issuer: server.url });
    expect([login.userCode, login.verificationUrl]).toEqual(["ABCD", `${server.url}/codex/device`]);
    expect((await login.completed).access_token).toBe("access");
    const last = new URLSearchParams(server.log.at(-1)?.bodyText);
    expect(last.get("redirect_uri")).toBe(`${server.url}/deviceauth/callback`);
  });

  it("ends when it is refused, cancelled or takes too long", async () => {
    const refused = await startDeviceLogin({
      fetch,
      clock: systemClock,
      issuer: (await issuer(undefined, [{ status: 500 }])).url,
    });
    expect(await failureOf(refused.completed)).toContain("HTTP 500");
    const pending = (await issuer(undefined, [{ status: 403 }])).url;
    const cancelled = await startDeviceLogin({ fetch, clock: systemClock, issuer: pending });
    cancelled.cancel();
    expect(await failureOf(cancelled.completed)).toContain("cancelled");
    const clock = {
      ...systemClock,
      timer: (ms: number, call: () => void) => systemClock.timer(ms > 60_000 ? 50 : ms, call),
    };
    const late = await startDeviceLogin({ fetch, clock, issuer: pending });
    expect(await failureOf(late.completed)).toContain("timed_out");
  });

  it("says when the issuer is not there or has no such logins", async () => {
    expect(await failureOf(startDeviceLogin({ fetch, clock: systemClock, issuer: "http://127.0.0.1:9" }))).toBe(
      "unreachable: The login server 127.0.0.1:9 cannot be reached. Check your network, then try again.",
    );
    const server = await serve([]);
    expect(await failureOf(startDeviceLogin({ fetch, clock: systemClock, issuer: server.url }))).toContain("HTTP 404");
  });
});

describe("the keyring", () => {
  const fake = () => {
    const entries = new Map<string, string>();
    const keyring: Keyring = {
      get: async (service, account) => entries.get(`${service} ${account}`) ?? null,
      set: async (service, account, secret) => void entries.set(`${service} ${account}`, secret),
      remove: async (service, account) => entries.delete(`${service} ${account}`),
    };
    return { entries, keyring };
  };
  const broken: Keyring = {
    get: () => Promise.reject(new AuthStoreError("no keyring")),
    set: () => Promise.reject(new AuthStoreError("no keyring")),
    remove: () => Promise.reject(new AuthStoreError("no keyring")),
  };
  const login = { auth_mode: "apikey", OPENAI_API_KEY: "k" };

  it("holds one entry for each home", async () => {
    const { entries, keyring } = fake();
    const store = keyringAuthStore("/home/a", keyring);
    await store.save(login);
    expect(await store.load()).toEqual(login);
    expect(await keyringAuthStore("/home/b", keyring).load()).toBeNull();
    expect([...entries.keys()][0]).toMatch(/^Codex Auth cli\|[0-9a-f]{16}$/);
    expect([await store.clear(), await store.clear()]).toEqual([true, false]);
  });

  it("comes before the file, which then holds nothing", async () => {
    const file = memoryAuthStore({ OPENAI_API_KEY: "old" });
    const store = autoAuthStore(keyringAuthStore("/h", fake().keyring), file);
    expect(await store.load()).toEqual({ OPENAI_API_KEY: "old" });
    await store.save(login);
    expect([await store.load(), await file.load()]).toEqual([login, null]);
    expect([await store.clear(), await store.load()]).toEqual([true, null]);
  });

  it("or file, memory or both are chosen by name", async () => {
    const { entries, keyring } = fake();
    const home = mkdtempSync(path.join(tmpdir(), "codex-ts-auth-"));
    const file = path.join(home, "auth.json");
    const save = (kind: AuthStoreKind) => authStoreFor(kind, home, keyring).save(login);
    await save("ephemeral");
    expect([entries.size, existsSync(file)]).toEqual([0, false]);
    await save("file");
    expect([entries.size, statSync(file).mode & 0o777]).toEqual([0, 0o600]);
    await save("auto");
    expect([entries.size, existsSync(file)]).toEqual([1, false]);
    await authStoreFor("auto", home, broken).save(login);
    expect(existsSync(file)).toBe(true);
    await expect(authStoreFor("keyring", home, broken).save(login)).rejects.toThrow(AuthStoreError);
    rmSync(home, { recursive: true });
  });

  it("that is missing leaves the file", async () => {
    const file = memoryAuthStore();
    const store = autoAuthStore(keyringAuthStore("/h", broken), file);
    await store.save(login);
    expect([await store.load(), await file.load(), await store.clear()]).toEqual([login, login, true]);
    await expect(keyringAuthStore("/h", broken).load()).rejects.toThrow(AuthStoreError);
  });
});

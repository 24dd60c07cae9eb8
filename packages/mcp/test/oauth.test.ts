import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type HttpScript, issuer, type IssuerOptions, startHttpServer } from "@codex-ts-tools/mcp-servers";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  computeAuthStatuses,
  credentialKey,
  credentialStore,
  discoveryPaths,
  fileCredentialStore,
  type Keyring,
  oauthLoginSupport,
  type OauthLoginOptions,
  resolveOauthScopes,
  shouldRetryWithoutScopes,
  startOauthLogin,
} from "../src/index.ts";
import { folder, http, start, stdio, textOf } from "./harness.ts";

async function protectedServer(options: IssuerOptions = {}, script: HttpScript = {}) {
  const logins = issuer(options);
  const server = await startHttpServer({ token: "nobody has this", ...script, onRequest: logins.onRequest });
  logins.binding.state = server.state;
  onTestFinished(() => server.close());
  const home = await folder();
  return { logins, server, home, store: fileCredentialStore(home) };
}

function loginTo(url: string, more: Partial<OauthLoginOptions> & Pick<OauthLoginOptions, "store">) {
  return startOauthLogin({
    server: "h",
    url,
    headers: {},
    scopes: [],
    resource: null,
    callback: { port: null, url: null },
    ...more,
  });
}

describe("logging in", () => {
  it("goes from the question to a stored token, over a page and back", async () => {
    const { logins, server, home, store } = await protectedServer({ scopes: ["s1", " s2 ", "s1"] });
    const servers = { h: http(server.url) };
    const auth = { env: {}, store, fetch };
    expect(await computeAuthStatuses(servers, auth)).toEqual({ h: "notLoggedIn" });
    const support = await oauthLoginSupport(servers.h.transport, {}, fetch);
    expect(support).toMatchObject({ type: "supported", discoveredScopes: ["s1", "s2"] });

    const login = await loginTo(server.url, { store, scopes: ["s1", "s2"], resource: "https://res" });
    const page = new URL(login.authorizationUrl);
    expect([...page.searchParams.keys()].join(" ")).toBe(
      "response_type client_id state code_challenge code_challenge_method redirect_uri scope resource",
    );
    expect(page.searchParams.get("scope")).toBe("s1 s2");
    const redirect = page.searchParams.get("redirect_uri") ?? "";
    expect(redirect).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(logins.registrations).toEqual([
      {
        client_name: "Codex",
        redirect_uris: [redirect],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "none",
        response_types: ["code"],
      },
    ]);
    for (const wrong of ["/other?code=1", "/callback?foo=1", "/callback?code=1&state=guess"]) {
      const answer = await fetch(new URL(wrong, redirect));
      expect([answer.status, await answer.text()]).toEqual([400, "Invalid OAuth callback"]);
    }
    const done = await fetch(page);
    expect([done.status, await done.text()]).toEqual([200, "Authentication complete. You may close this window."]);
    await login.completed;

    const file = join(home, ".credentials.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const entries = JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, unknown>>;
    expect(entries[credentialKey("h", server.url)]).toMatchObject({
      server_name: "h",
      server_url: server.url,
      client_id: "client-1",
      access_token: logins.issued[0],
      scopes: ["s1", "s2"],
    });
    expect(await computeAuthStatuses(servers, auth)).toEqual({ h: "oAuth" });
    const { manager } = start(servers, { oauth: { store } });
    expect(textOf(await manager.callTool("h", "echo", { text: "in" }))).toBe("echo:in");
    expect(server.requests.findLast(({ method }) => method === "POST")?.headers["authorization"]).toBe(
      `Bearer ${logins.issued[0]}`,
    );
  });

  it("ends with what the provider said, and shows it", async () => {
    const { server, store } = await protectedServer({ refuse: "access_denied" });
    const login = await loginTo(server.url, { store });
    const page = await fetch(login.authorizationUrl);
    expect([page.status, await page.text()]).toEqual([400, "OAuth provider returned an error: access_denied"]);
    const error = await login.completed.catch((reason: unknown) => reason);
    expect(shouldRetryWithoutScopes({ scopes: ["a"], source: "discovered" }, error)).toBe(true);
    expect(shouldRetryWithoutScopes({ scopes: ["a"], source: "configured" }, error)).toBe(false);
    expect(shouldRetryWithoutScopes({ scopes: ["a"], source: "discovered" }, new Error("timed out"))).toBe(false);
    expect(await store.load("h", server.url)).toBeNull();
  });

  it("has a limit", async () => {
    const { server, store } = await protectedServer();
    const login = await loginTo(server.url, { store, timeoutSecs: 0 });
    await expect(login.completed).rejects.toThrow("timed out waiting for OAuth callback");
  });

  it("refuses port 0, and uses the callback that is configured", async () => {
    const { server, store } = await protectedServer();
    await expect(loginTo(server.url, { store, callback: { port: 0, url: null } })).rejects.toThrow(
      "invalid MCP OAuth callback port `0`",
    );
    const url = "http://localhost:7777/back/here";
    const login = await loginTo(server.url, { store, callback: { port: null, url } });
    expect(new URL(login.authorizationUrl).searchParams.get("redirect_uri")).toBe(url);
    login.cancel();
    await expect(login.completed).rejects.toThrow("the login was cancelled");
  });

  it("says when a server offers none", async () => {
    const server = await startHttpServer();
    onTestFinished(() => server.close());
    await expect(loginTo(server.url, { store: fileCredentialStore(await folder()) })).rejects.toThrow(
      "No authorization support detected",
    );
    expect(
      await computeAuthStatuses(
        { h: http(server.url) },
        { env: {}, store: fileCredentialStore(await folder()), fetch },
      ),
    ).toEqual({ h: "unsupported" });
  });
});

describe("stored logins", () => {
  it("are renewed before they end, and the new token is kept", async () => {
    const { logins, server, store } = await protectedServer({ expiresIn: 10 });
    const login = await loginTo(server.url, { store });
    await fetch(login.authorizationUrl);
    await login.completed;
    const { manager } = start({ h: http(server.url) }, { oauth: { store } });
    expect(textOf(await manager.callTool("h", "echo", { text: "x" }))).toBe("echo:x");
    expect(logins.tokenRequests[1]).toMatchObject({ grant_type: "refresh_token", client_id: "client-1" });
    expect((await store.load("h", server.url))?.accessToken).toBe(logins.issued.at(-1));
  });

  it("are renewed when the server refuses a token in the middle", async () => {
    const { logins, server, store } = await protectedServer();
    const login = await loginTo(server.url, { store });
    await fetch(login.authorizationUrl);
    await login.completed;
    const { manager } = start({ h: http(server.url) }, { oauth: { store } });
    await manager.callTool("h", "echo", {});
    server.state.token = "rotated";
    expect(textOf(await manager.callTool("h", "echo", { text: "on" }))).toBe("echo:on");
    expect(logins.issued).toHaveLength(2);
  });

  it("that cannot be renewed lead to a clear failure", async () => {
    const { server, store } = await protectedServer({ refuseRefresh: true });
    const login = await loginTo(server.url, { store });
    await fetch(login.authorizationUrl);
    await login.completed;
    const { manager } = start({ h: http(server.url) }, { oauth: { store } });
    await manager.callTool("h", "echo", {});
    server.state.token = "rotated";
    await expect(manager.callTool("h", "echo", {})).rejects.toMatchObject({ cause: { message: "Auth required" } });
  });

  it("are found by what their entry says, and the file goes with the last", async () => {
    const home = await folder();
    const store = fileCredentialStore(home);
    const login = {
      serverName: "h",
      url: "http://127.0.0.1:45671/mcp",
      clientId: "c",
      accessToken: "t",
      refreshToken: null,
      expiresAt: 5,
      scopes: [],
    };
    expect(credentialKey(login.serverName, login.url)).toBe("h|f039ac75dc551ea0");
    await Promise.all([store.save(login), store.save({ ...login, serverName: "i" })]);
    expect(await store.load("h", login.url)).toEqual(login);
    expect(await store.load("h", "http://elsewhere/mcp")).toBeNull();
    expect([
      await store.remove("h", login.url),
      await store.remove("h", login.url),
      await store.remove("i", login.url),
    ]).toEqual([true, false, true]);
    await expect(stat(join(home, ".credentials.json"))).rejects.toThrow("ENOENT");
    await writeFile(join(home, ".credentials.json"), "secret{");
    await expect(store.load("h", login.url)).rejects.toThrow(/is not valid/);
  });

  it("lie in the keyring where there is one, and then not in the file", async () => {
    const home = await folder();
    const held = new Map<string, string>();
    const keyring: Keyring = {
      get: async (_, account) => held.get(account) ?? null,
      set: async (_, account, secret) => void held.set(account, secret),
      remove: async (_, account) => held.delete(account),
    };
    const refuse = () => Promise.reject(new Error("no keyring"));
    const broken: Keyring = {
      get: refuse,
      set: refuse,
      remove: refuse,
    };
    const login = {
      serverName: "h",
      url: "http://x/mcp",
      clientId: "c",
      accessToken: "t",
      refreshToken: "r",
      expiresAt: null,
      scopes: ["a"],
    };
    const file = fileCredentialStore(home);
    const fallback = credentialStore(home, "auto", broken);
    await fallback.save(login);
    expect(await file.load("h", login.url)).toEqual(login);
    const auto = credentialStore(home, "auto", keyring);
    await auto.save(login);
    expect([await auto.load("h", login.url), await file.load("h", login.url)]).toEqual([login, null]);
    expect([...held.keys()]).toEqual([credentialKey("h", login.url)]);
    expect(await auto.remove("h", login.url)).toBe(true);
    await expect(credentialStore(home, "keyring", broken).save(login)).rejects.toThrow("no keyring");
  });
});

describe("decisions on logins", () => {
  it.each([
    [[], ["c"], ["d"], { scopes: [], source: "explicit" }],
    [null, [], ["d"], { scopes: [], source: "configured" }],
    [null, null, ["d"], { scopes: ["d"], source: "discovered" }],
    [null, null, [], { scopes: [], source: "empty" }],
    [null, null, null, { scopes: [], source: "empty" }],
  ])("scopes: explicit %j, configured %j, discovered %j", (explicit, configured, discovered, expected) => {
    expect(resolveOauthScopes(explicit, configured, discovered)).toEqual(expected);
  });

  it("look in three places", () => {
    expect(discoveryPaths("/a/b")).toEqual([
      "/.well-known/oauth-authorization-server/a/b",
      "/a/b/.well-known/oauth-authorization-server",
      "/.well-known/oauth-authorization-server",
    ]);
    expect(discoveryPaths("/")).toEqual(["/.well-known/oauth-authorization-server"]);
  });

  it("status without asking anybody", async () => {
    const options = {
      env: { A: "x" },
      store: fileCredentialStore(await folder()),
      fetch: () => Promise.reject(new Error("nobody")),
    };
    const servers = {
      stdio: stdio(),
      off: http("http://x/mcp", { enabled: false }),
      bearer: http("http://x/mcp", { bearerTokenEnvVar: "T" }),
      header: http("http://x/mcp", { envHttpHeaders: { Authorization: "A" } }),
      silent: http("http://x/mcp"),
    };
    expect(await computeAuthStatuses(servers, options)).toEqual({
      stdio: "unsupported",
      off: "unsupported",
      bearer: "bearerToken",
      header: "bearerToken",
      silent: "unsupported",
    });
  });
});

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { issuer, startHttpServer } from "@codex-ts-tools/mcp-servers";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileCredentialStore, startOauthLogin } from "../src/index.ts";
import { folder, http, start, textOf } from "./harness.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (CHROMIUM === undefined) console.log("skipped: the login in a real browser (no Chromium is installed here)");

describe.skipIf(CHROMIUM === undefined)("a login in a real browser", () => {
  it("goes over the issuer's page and back, and the server is used with the token", async () => {
    const logins = issuer({ page: true, scopes: ["s1"] });
    const server = await startHttpServer({ token: "nobody has this", onRequest: logins.onRequest });
    logins.binding.state = server.state;
    onTestFinished(() => server.close());
    const store = fileCredentialStore(await folder());
    const login = await startOauthLogin({
      server: "h",
      url: server.url,
      headers: {},
      scopes: ["s1"],
      resource: null,
      store,
      callback: { port: null, url: null },
    });
    const profile = await folder();
    const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking";
    const more = "--disable-component-update --disable-sync --disable-dev-shm-usage";
    const browser = spawn(
      CHROMIUM ?? "",
      [
        ...`${flags} ${more}`.split(" "),
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
        login.authorizationUrl,
      ],
      { stdio: "ignore", detached: true },
    );
    const gone = new Promise(resolve => browser.once("exit", resolve));
    try {
      await login.completed;
    } finally {
      if (browser.pid !== undefined) process.kill(-browser.pid, "SIGKILL");
      await gone;
    }
    expect(logins.authorizations).toHaveLength(2);
    const { manager } = start({ h: http(server.url) }, { oauth: { store } });
    expect(textOf(await manager.callTool("h", "echo", { text: "in" }))).toBe("echo:in");
  }, 120_000);
});

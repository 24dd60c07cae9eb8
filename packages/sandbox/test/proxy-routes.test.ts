import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { proxyRoutes, rewriteProxy, routeFolderName, routeFolderOwner } from "../src/linux/proxy-routes.ts";
import { openProxySockets } from "../src/linux/proxy-sockets.ts";

describe("the proxies that can be bridged", () => {
  it("are those on loopback (vector S45)", () => {
    expect(proxyRoutes({ HTTP_PROXY: "http://127.0.0.1:43128", HTTPS_PROXY: "http://example.com:3128" })).toEqual([
      { variable: "HTTP_PROXY", host: "127.0.0.1", port: 43128 },
    ]);
  });

  it.each([
    ["http_proxy", "localhost", "localhost", 80],
    ["ALL_PROXY", "socks5h://127.0.0.1", "127.0.0.1", 1080],
    ["https_proxy", "https://[::1]", "::1", 443],
    ["npm_config_proxy", "http://u:p@LOCALHOST:9/x", "localhost", 9],
    ["docker_http_proxy", " 127.0.0.1:7 ", "127.0.0.1", 7],
  ])("%s=%s", (variable, value, host, port) =>
    expect(proxyRoutes({ [variable]: value })).toEqual([{ variable, host, port }]),
  );

  it.each([
    [{}, "managed proxy mode requires proxy environment variables"],
    [{ HTTP_PROXY: " ", WS_PROXY: "http://127.0.0.1:1" }, "managed proxy mode requires proxy environment variables"],
    [{ HTTP_PROXY: "http://example.com:3128" }, "managed proxy mode requires parseable loopback proxy endpoints"],
    [{ HTTP_PROXY: "http://127.0.0.1:0" }, "managed proxy mode requires parseable loopback proxy endpoints"],
    [{ HTTP_PROXY: "http://127.0.0.1:70000" }, "managed proxy mode requires parseable loopback proxy endpoints"],
    [{ HTTP_PROXY: "http://127.0.0.1.evil.test:80" }, "managed proxy mode requires parseable loopback proxy endpoints"],
    [{ HTTP_PROXY: "http://127.0.0.1@evil.test:80" }, "managed proxy mode requires parseable loopback proxy endpoints"],
  ])("of %j are none", (env, message) => expect(() => proxyRoutes(env)).toThrow(message));

  it("are sorted by their variables", () => {
    const value = "http://127.0.0.1:1";
    const routes = proxyRoutes({ http_proxy: value, ALL_PROXY: value, HTTP_PROXY: value });
    expect(routes.map(({ variable }) => variable)).toEqual(["ALL_PROXY", "HTTP_PROXY", "http_proxy"]);
  });

  it.each([
    ["socks5h://127.0.0.1:8081", "socks5h://127.0.0.1:43210"],
    ["localhost:8081", "127.0.0.1:43210"],
    ["http://u:p@[::1]:80/path", "http://u:p@127.0.0.1:43210/path"],
    ["http://localhost", "http://127.0.0.1:43210"],
  ])("move to another port: %s (vector S44)", (value, moved) => expect(rewriteProxy(value, 43210)).toBe(moved));

  it("have sockets in a folder that names its process (vector S46)", () => {
    expect(routeFolderOwner("codex-linux-sandbox-proxy-1234-0")).toBe(1234);
    expect(routeFolderOwner("codex-linux-sandbox-proxy-x")).toBeNull();
    expect(routeFolderOwner(routeFolderName(7, 3))).toBe(7);
  });
});

describe("the sockets of the bridges", () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), "routes-"));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const routes = proxyRoutes({
    HTTP_PROXY: "http://127.0.0.1:1",
    ALL_PROXY: "socks5://127.0.0.1:2",
    FTP_PROXY: "http://127.0.0.1:1",
  });

  it("are private, one an endpoint, and shared by all commands", async () => {
    const first = await openProxySockets(routes, parent);
    const second = await openProxySockets(routes, parent);
    const [folder] = readdirSync(parent);
    expect(folder).toBe(routeFolderName(process.pid, 0));
    expect(statSync(path.join(parent, folder ?? "")).mode & 0o777).toBe(0o700);
    expect(first.paths.get("HTTP_PROXY")).toBe(first.paths.get("FTP_PROXY"));
    expect(new Set(first.paths.values()).size).toBe(2);
    expect(second.paths).toEqual(first.paths);
    await first.release();
    await first.release();
    expect(existsSync(second.paths.get("HTTP_PROXY") ?? "")).toBe(true);
    await second.release();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("of processes that are gone are cleared away, and nothing else", async () => {
    const dead = routeFolderName(2 ** 22 + 7, 0);
    for (const name of [dead, routeFolderName(1, 0), "codex-linux-sandbox-proxy-x", "mine"])
      mkdirSync(path.join(parent, name));
    const sockets = await openProxySockets(routes, parent);
    expect(readdirSync(parent)).not.toContain(dead);
    expect(readdirSync(parent)).toHaveLength(4);
    await sockets.release();
  });

  it("go to the temporary folder when theirs would be too deep for a socket", async () => {
    const deep = path.join(parent, "x".repeat(120));
    const sockets = await openProxySockets(routes, deep);
    expect(existsSync(deep)).toBe(false);
    expect(existsSync(sockets.paths.get("ALL_PROXY") ?? "")).toBe(true);
    await sockets.release();
  });
});

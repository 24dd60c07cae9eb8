import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  bindPlan,
  clampToLoopback,
  fileReloader,
  networkPolicy,
  NetworkProxyError,
  parseListenAddress,
} from "../src/index.ts";
import { closeAll, get, origin, proxyWith } from "./support.ts";

afterEach(closeAll);

const base = { enabled: true, allowLocalBinding: true } as const;

describe("a running proxy", () => {
  it.each([
    ["enabled", { enabled: false }],
    ["proxy_url", { proxyUrl: "http://127.0.0.1:1" }],
    ["socks_url", { socksUrl: "http://127.0.0.1:1" }],
    ["enable_socks5", { enableSocks5: false }],
    ["enable_socks5_udp", { enableSocks5Udp: false }],
  ])("does not change %s", async (field, change) => {
    const proxy = await proxyWith(base);
    expect(() => proxy.replaceState({ ...base, ...change })).toThrow(
      new NetworkProxyError("not_live", `cannot update network.${field} on a running proxy`),
    );
  });

  it("obeys a new policy from the next request on, and tells what changed", async () => {
    const { port } = await origin();
    const log: string[] = [];
    const proxy = await proxyWith({ ...base, domains: { "a.io": "deny" } }, { log: line => log.push(line) });
    const url = `http://127.0.0.1:${port}/`;
    expect((await get(proxy, url)).status).toBe(403);
    proxy.replaceState({ ...base, allowLocalBinding: false, domains: { "127.0.0.1": "allow" } });
    expect((await get(proxy, url)).status).toBe(200);
    expect(proxy.environment({})["CODEX_NETWORK_ALLOW_LOCAL_BINDING"]).toBe("0");
    expect(log.filter(line => line.startsWith("config"))).toEqual([
      "config entry added to allowlist: 127.0.0.1",
      "config entry removed from denylist: a.io",
    ]);
    proxy.setMode("limited");
    expect((await get(proxy, url, "POST", "Content-Length: 0\r\n")).status).toBe(403);
  });

  it("moves a host between its lists", async () => {
    const proxy = await proxyWith({ ...base, domains: { "A.io": "deny" } });
    proxy.addAllowedDomain("a.io.");
    expect(proxy.state.policy.domains).toEqual([{ pattern: "a.io", permission: "allow" }]);
    const { state } = proxy;
    proxy.addAllowedDomain("A.IO");
    expect(proxy.state).toBe(state);
    proxy.addDeniedDomain("a.io");
    expect(proxy.state.policy.domains).toEqual([{ pattern: "a.io", permission: "deny" }]);
  });

  it("keeps to what an administrator fixed", async () => {
    const proxy = await proxyWith(
      { ...base, mode: "limited", domains: { "m.io": "allow" } },
      {
        constraints: { allowedDomains: ["m.io"], allowlistExpansion: false, mode: "limited" },
      },
    );
    expect(() => proxy.addAllowedDomain("u.io")).toThrow(
      'network.allowed_domains constrained by managed config: invalid value for network.allowed_domains: ["m.io", "u.io"] (allowed must match managed allowed_domains)',
    );
    expect(() => proxy.setMode("full")).toThrow(
      "network.mode constrained by managed config: invalid value for network.mode: Full",
    );
    expect(proxy.state.policy.domains).toHaveLength(1);
  });

  it("reads its files anew when they change, and keeps the last good policy", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "proxy-"));
    const file = path.join(folder, "hosts.json");
    const errors: unknown[] = [];
    let domains: Record<string, "allow"> = {};
    let broken = false;
    const rebuild = () =>
      broken ? Promise.reject(new Error("broken")) : Promise.resolve({ policy: { ...base, domains } });
    const { port } = await origin();
    const url = `http://127.0.0.1:${port}/`;
    try {
      const proxy = await proxyWith(base, { reloader: fileReloader([file], rebuild, error => errors.push(error)) });
      expect((await get(proxy, url)).status).toBe(403);
      domains = { "127.0.0.1": "allow" };
      expect((await get(proxy, url)).status).toBe(403);
      await writeFile(file, "appeared");
      expect((await get(proxy, url)).status).toBe(200);
      broken = true;
      await utimes(file, new Date(1), new Date(1));
      expect((await get(proxy, url)).status).toBe(200);
      expect(errors).toHaveLength(1);
      [broken, domains] = [false, {}];
      await rm(file);
      expect((await get(proxy, url)).status).toBe(403);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("where a proxy listens", () => {
  it.each([
    ["http://127.0.0.1:3128", { host: "127.0.0.1", port: 3128 }],
    ["localhost:8080", { host: "127.0.0.1", port: 8080 }],
    ["proxy.corp:8080", { host: "127.0.0.1", port: 8080 }],
    ["127.0.0.1", { host: "127.0.0.1", port: 3128 }],
    ["0.0.0.0:1", { host: "0.0.0.0", port: 1 }],
    ["::1", { host: "::1", port: 3128 }],
    ["http://[::1]:99/x", { host: "::1", port: 99 }],
  ])("%s means %j", (setting, address) => expect(parseListenAddress(setting, 3128)).toEqual(address));

  it.each(["", "http://", "a:b:c", "127.0.0.1:70000", "[127.0.0.1]:1"])("refuses %j", setting => {
    expect(() => parseListenAddress(setting, 3128)).toThrow(NetworkProxyError);
  });

  it("stays on this machine, unless it is told otherwise and serves no sockets", () => {
    const clamp = (more: object) => clampToLoopback({ host: "0.0.0.0", port: 5 }, networkPolicy(more)).host;
    expect(clamp({})).toBe("127.0.0.1");
    expect(clamp({ dangerouslyAllowNonLoopbackProxy: true })).toBe("0.0.0.0");
    expect(clamp({ dangerouslyAllowNonLoopbackProxy: true, unixSockets: { "/a": "allow" } })).toBe("127.0.0.1");
    expect(clampToLoopback({ host: "127.5.0.1", port: 5 }, networkPolicy({})).host).toBe("127.5.0.1");
  });

  it("takes free ports when it is managed, the configured ones otherwise", () => {
    const policy = networkPolicy({ enableSocks5: false });
    const any = { host: "127.0.0.1", port: 0 };
    expect(bindPlan(policy, true, "linux")).toEqual({ http: [any], socks: [] });
    expect(bindPlan(networkPolicy({}), true, "win32")).toEqual({
      http: [{ host: "127.0.0.1", port: 3128 }, any],
      socks: [{ host: "127.0.0.1", port: 8081 }, any],
    });
    expect(bindPlan(networkPolicy({}), false, "linux").socks).toEqual([{ host: "127.0.0.1", port: 8081 }]);
  });

  it("falls back to a free port when the configured one is taken", async () => {
    const { port } = await origin();
    const proxy = await proxyWith({ ...base, proxyUrl: `http://127.0.0.1:${port}` }, { platform: "win32" });
    expect(proxy.http.port).not.toBe(port);
    await expect(proxyWith({ ...base, proxyUrl: `http://127.0.0.1:${port}` }, { managed: false })).rejects.toThrow(
      "the proxy cannot listen on",
    );
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { proxyFetch } from "../src/index.ts";
import { closeAll, origin, proxyWith } from "./support.ts";

afterEach(closeAll);

describe("this process's own requests", () => {
  test("go through the proxy with method, headers and body, and come back whole", async () => {
    const { port, seen } = await origin({ "x-answer": "1" });
    const proxy = await proxyWith({ enabled: true, domains: { "127.0.0.1": "allow" } });
    const send = proxyFetch(() => proxy.http);
    const answer = await send(`http://127.0.0.1:${port}/a?b=c`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-mine": "2" },
      body: '{"a":1}',
    });
    expect([answer.status, answer.headers.get("x-answer"), await answer.text()]).toEqual([200, "1", "hello POST"]);
    expect(seen[0]).toMatchObject({ method: "POST", url: "/a?b=c", body: '{"a":1}' });
    expect(seen[0]?.headers.join(" ")).toContain("2");
  });

  test.each([
    ["a host that no rule names", "http://miss.example/", /refuses miss\.example: no rule allows it/],
    ["a host that is denied", "http://bad.example/", /refuses bad\.example: Domain denied/],
    ["an encrypted connection to either", "https://bad.example/", /refuses bad\.example: Domain denied/],
    ["a local address without a rule", "http://127.0.0.2:9/", /refuses 127\.0\.0\.2: no rule allows it \(a local/],
  ])("do not reach %s", async (_what, url, problem) => {
    const proxy = await proxyWith({ enabled: true, domains: { "bad.example": "deny", "127.0.0.1": "allow" } });
    const refused = proxyFetch(() => proxy.http)(url);
    await expect(refused).rejects.toMatchObject({ name: "NetworkProxyError", code: "refused" });
    await expect(refused).rejects.toThrow(problem);
  });

  test("follow redirects, but not past the policy, and take no login along to another place", async () => {
    const { port, seen } = await origin();
    const from = createServer((request, response) => {
      const to = request.url === "/out" ? "http://bad.example/" : `http://127.0.0.1:${port}/there`;
      response.writeHead(request.url === "/get" ? 302 : 307, { location: to }).end();
    }).listen(0, "127.0.0.1");
    await once(from, "listening");
    const base = `http://127.0.0.1:${(from.address() as AddressInfo).port}`;
    const proxy = await proxyWith({ enabled: true, domains: { "127.0.0.1": "allow" } });
    const send = proxyFetch(() => proxy.http);
    const init = { method: "POST", headers: { authorization: "Bearer secret" }, body: "x" };
    expect(await (await send(`${base}/keep`, init)).text()).toBe("hello POST");
    expect(await (await send(`${base}/get`, init)).text()).toBe("hello GET");
    expect(seen.map(({ headers }) => headers.includes("Bearer secret"))).toEqual([false, false]);
    await expect(send(`${base}/out`, init)).rejects.toThrow("refuses bad.example");
    expect((await send(`${base}/keep`, { ...init, redirect: "manual" })).status).toBe(307);
    from.close();
  });

  test("can be given up, also while the answer comes", async () => {
    const endless = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    }).listen(0, "127.0.0.1");
    await once(endless, "listening");
    const proxy = await proxyWith({ enabled: true, domains: { "127.0.0.1": "allow" } });
    const stop = new AbortController();
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/`;
    const answer = await proxyFetch(() => proxy.http)(url, { signal: stop.signal });
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: 1\n\n");
    stop.abort();
    await expect(reader.read()).rejects.toThrow(/abort/);
    endless.closeAllConnections();
    endless.close();
  });
});

import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { closeAll, origin, raw, take } from "./support.ts";
import { closeTls, fetched, proxyProcess, secureOrigin } from "./support-tls.ts";

afterEach(async () => {
  await closeTls();
  await closeAll();
});

const policy = {
  enabled: true,
  allowLocalBinding: true,
  domains: { "127.0.0.1": "allow", localhost: "allow", "*.test": "allow" },
} as const;
const slow = { timeout: 120_000 };
const get = (port: number, url: string) =>
  raw(port, `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`);

describe("another proxy that speaks TLS", () => {
  it("gets plain requests, with the login of its address", slow, async () => {
    const upstream = await secureOrigin();
    const env = { HTTP_PROXY: `https://me:secret@localhost:${upstream.port}` };
    const port = await proxyProcess(policy, { env });
    expect(await get(port, "http://a.test/x?y=1")).toMatchObject({ status: 200, body: "hello over TLS" });
    const [seen] = upstream.seen;
    expect([seen?.method, seen?.url]).toEqual(["GET", "http://a.test/x?y=1"]);
    expect(seen?.headers).toContain(`Basic ${Buffer.from("me:secret").toString("base64")}`);
  });

  it("opens tunnels, whose bytes go both ways", slow, async () => {
    const upstream = await secureOrigin();
    const port = await proxyProcess(policy, { env: { HTTPS_PROXY: `https://localhost:${upstream.port}` } });
    const socket = connect(port, "127.0.0.1");
    socket.write("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
    let head = "";
    while (!head.endsWith("\r\n\r\n")) head += (await take(socket, 1)).toString();
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    socket.write("through");
    expect((await take(socket, 7)).toString()).toBe("through");
    expect(upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["CONNECT a.test:443"]);
    socket.destroy();
  });

  it("whose certificate nobody vouches for gets nothing", slow, async () => {
    const upstream = await secureOrigin();
    const env = { HTTP_PROXY: `https://localhost:${upstream.port}` };
    const port = await proxyProcess(policy, { env, trusting: false });
    expect(await get(port, "http://a.test/")).toMatchObject({ status: 502, body: "upstream failure" });
    expect(upstream.seen).toEqual([]);
  });

  it("is not asked about hosts that are denied", slow, async () => {
    const upstream = await secureOrigin();
    const port = await proxyProcess(policy, { env: { HTTP_PROXY: `https://localhost:${upstream.port}` } });
    expect((await get(port, "http://elsewhere.example/")).status).toBe(403);
    expect(upstream.seen).toEqual([]);
  });
});

describe("a request for an https address", () => {
  it("is made over TLS, also through another proxy's tunnel", slow, async () => {
    const target = await secureOrigin();
    const direct = await proxyProcess(policy);
    expect(await get(direct, `https://localhost:${target.port}/p`)).toMatchObject({ body: "hello over TLS" });
    expect(target.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /p"]);
    const upstream = await origin();
    const through = await proxyProcess(policy, { env: { HTTPS_PROXY: `http://127.0.0.1:${upstream.port}` } });
    // What grants the tunnel does not speak TLS: the request ends there.
    expect((await get(through, "https://a.test/p")).status).toBe(502);
    expect(upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["CONNECT a.test:443"]);
  });

  it("is refused where nobody vouches for the host", slow, async () => {
    const target = await secureOrigin();
    const port = await proxyProcess(policy, { trusting: false });
    expect((await get(port, `https://localhost:${target.port}/p`)).status).toBe(502);
    expect(target.seen).toEqual([]);
  });
});

describe("the client that goes by the proxy", () => {
  it("reaches an https address through a tunnel, and only an allowed one", slow, async () => {
    const target = await secureOrigin();
    const url = `https://localhost:${target.port}/p`;
    expect(await fetched(policy, url)).toBe("hello over TLS");
    expect(target.seen.map(({ method, url: asked }) => `${method} ${asked}`)).toEqual(["GET /p"]);
    expect(await fetched({ enabled: true, allowLocalBinding: true, domains: {} }, url)).not.toContain("hello");
    expect(target.seen).toHaveLength(1);
  });
});

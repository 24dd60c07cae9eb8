import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { pinnedLookup } from "../src/connect/dial.ts";
import { closeAll, connectTo, echo, get, origin, proxyWith, raw, socks } from "./support.ts";

afterEach(closeAll);

describe("a name that is answered differently the second time", () => {
  it("is looked up once a request, and leads nowhere else", async () => {
    const inside = await origin();
    let asked = 0;
    // Public first, then the machine itself.
    const resolve = () => Promise.resolve(asked++ === 0 ? ["203.0.114.1"] : ["127.0.0.1"]);
    const proxy = await proxyWith({ enabled: true, domains: { "rebind.test": "allow" } }, { resolve });
    const socket = connect(proxy.http.port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`GET http://rebind.test:${inside.port}/ HTTP/1.1\r\nHost: rebind.test:${inside.port}\r\n\r\n`);
    await expect.poll(() => asked).toBe(1);
    const second = await get(proxy, `http://rebind.test:${inside.port}/`);
    expect(second.status).toBe(403);
    expect(JSON.parse(second.body)).toMatchObject({ reason: "not_allowed_local" });
    socket.destroy();
    expect(inside.seen).toEqual([]);
    expect(asked).toBe(2);
  });

  it("connects by the checked addresses alone", async () => {
    const lookup = pinnedLookup(["203.0.114.1", "2606:4700::1"]);
    const ask = (options: object) =>
      new Promise(resolve =>
        lookup("rebind.test", options, (error, address, family) =>
          resolve(error ? error.message : (family ?? address)),
        ),
      );
    expect(await ask({ all: true })).toEqual([
      { address: "203.0.114.1", family: 4 },
      { address: "2606:4700::1", family: 6 },
    ]);
    expect(await ask({ family: 6, all: true })).toEqual([{ address: "2606:4700::1", family: 6 }]);
    expect(
      await new Promise(resolve => pinnedLookup(["203.0.114.1"])("x", { family: 6 }, error => resolve(error?.message))),
    ).toBe("no checked address of this family");
  });

  it("is caught when any one answer is local", async () => {
    const { port, connections } = await echo();
    const proxy = await proxyWith(
      { enabled: true, domains: { "*": "allow" } },
      { resolve: () => Promise.resolve(["8.8.8.8", "127.0.0.1"]) },
    );
    expect((await connectTo(proxy, `mixed.test:${port}`)).status).toBe(403);
    expect((await socks(proxy, "mixed.test", port)).code).toBe(2);
    expect(connections()).toBe(0);
  });
});

describe("ways around the host rules", () => {
  const attempts = (port: number): [string, string][] => [
    ["userinfo", `GET http://good.test@127.0.0.1:${port}/ HTTP/1.1\r\n\r\n`],
    ["a Host header that differs", `GET http://good.test/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
    ["a second Host header", `GET / HTTP/1.1\r\nHost: good.test\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
    ["a backslash", `GET http://good.test\\@127.0.0.1:${port}/ HTTP/1.1\r\n\r\n`],
    ["decimal notation", `GET http://2130706433:${port}/ HTTP/1.1\r\n\r\n`],
    ["a short notation", `GET http://127.1:${port}/ HTTP/1.1\r\n\r\n`],
    ["octal notation", `GET http://0177.0.0.1:${port}/ HTTP/1.1\r\n\r\n`],
    ["an IPv4 address in IPv6", `GET http://[::ffff:127.0.0.1]:${port}/ HTTP/1.1\r\n\r\n`],
    ["the same in hexadecimal", `GET http://[::ffff:7f00:1]:${port}/ HTTP/1.1\r\n\r\n`],
    ["the unspecified address", `GET http://0.0.0.0:${port}/ HTTP/1.1\r\n\r\n`],
    ["a trailing dot", `GET http://localhost.:${port}/ HTTP/1.1\r\n\r\n`],
    ["a name below localhost", `GET http://x.localhost:${port}/ HTTP/1.1\r\n\r\n`],
    ["percent encoding", `GET http://%31%32%37.0.0.1:${port}/ HTTP/1.1\r\n\r\n`],
    ["a tunnel in origin form", `CONNECT /127.0.0.1:${port} HTTP/1.1\r\n\r\n`],
    ["a tunnel to a login", `CONNECT good.test@127.0.0.1:${port} HTTP/1.1\r\n\r\n`],
    [
      "smuggling by Connection",
      `POST http://good.test/ HTTP/1.1\r\nHost: good.test\r\nConnection: Content-Length\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
  ];

  it.each(attempts(0).map(([name]) => name))("by %s lead nowhere", async name => {
    const inside = await origin();
    const { system } = { system: (host: string) => (host.endsWith("localhost") ? ["127.0.0.1"] : null) };
    const resolve = (host: string) => {
      const found = system(host);
      return found === null ? Promise.reject(new Error("unknown")) : Promise.resolve(found);
    };
    const proxy = await proxyWith({ enabled: true, domains: { "*": "allow" } }, { resolve });
    const text = attempts(inside.port).find(([other]) => other === name)?.[1] ?? "";
    expect([400, 403]).toContain((await raw(proxy.http.port, text)).status);
    expect(inside.seen).toEqual([]);
  });

  it("cannot be had by keeping a connection across a change of the policy", async () => {
    const inside = await origin();
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true, domains: { "127.0.0.1": "allow" } });
    const socket = connect(proxy.http.port, "127.0.0.1");
    const request = `GET http://127.0.0.1:${inside.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${inside.port}\r\n\r\n`;
    socket.write(request);
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).toContain("200 OK");
    proxy.addDeniedDomain("127.0.0.1");
    socket.write(request);
    const [second] = (await once(socket, "data")) as [Buffer];
    expect(second.toString()).toContain("403 Forbidden");
    socket.destroy();
    expect(inside.seen).toHaveLength(1);
  });

  it("cannot be had by asking about denied or local hosts", async () => {
    const asked: string[] = [];
    const proxy = await proxyWith(
      { enabled: true, domains: { "bad.io": "deny" } },
      {
        resolve: () => Promise.resolve(["8.8.8.8"]),
        decide: ({ host }) => {
          asked.push(host);
          return { decision: "deny" };
        },
      },
    );
    for (const host of ["bad.io", "127.0.0.1", "localhost", "[::1]"])
      expect((await get(proxy, `http://${host}/`)).status).toBe(403);
    expect(asked).toEqual([]);
    await get(proxy, "http://unknown.io/");
    expect(asked).toEqual(["unknown.io"]);
  });
});

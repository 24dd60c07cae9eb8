import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { closeAll, deadPort, echo, proxyWith, socks, socksRequest, take } from "./support.ts";

afterEach(closeAll);

const local = {
  enabled: true,
  allowLocalBinding: true,
  domains: { "127.0.0.1": "allow", localhost: "allow" },
} as const;

describe("SOCKS5 CONNECT", () => {
  it("tunnels to an allowed host, by address and by name", async () => {
    const { port } = await echo();
    const proxy = await proxyWith(local);
    for (const host of ["127.0.0.1", "localhost"]) {
      const { code, socket } = await socks(proxy, host, port);
      expect(code).toBe(0);
      socket.write("ping");
      expect((await take(socket, 4)).toString()).toBe("ping");
    }
  });

  it("accepts everything in one packet", async () => {
    const { port } = await echo();
    const proxy = await proxyWith(local);
    const socket = connect(proxy.socks?.port ?? 0, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksRequest("127.0.0.1", port), Buffer.from("all at once")]));
    await take(socket, 12);
    expect((await take(socket, 11)).toString()).toBe("all at once");
    socket.destroy();
  });

  it("refuses hosts that are not allowed, and says so", async () => {
    const { port, connections } = await echo();
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true });
    expect((await socks(proxy, "127.0.0.1", port)).code).toBe(2);
    expect(proxy.blocked.snapshot()).toMatchObject([{ protocol: "socks5", reason: "not_allowed", method: null, port }]);
    expect(connections()).toBe(0);
  });

  it("answers 2 in limited mode before it looks at the host, and 5 when nobody listens", async () => {
    const port = await deadPort();
    const limited = await proxyWith({ ...local, mode: "limited", domains: {} });
    expect((await socks(limited, "127.0.0.1", port)).code).toBe(2);
    expect(limited.blocked.snapshot()).toMatchObject([
      { reason: "method_not_allowed", source: "mode_guard", mode: "limited" },
    ]);
    expect((await socks(await proxyWith(local), "127.0.0.1", port)).code).toBe(5);
  });

  it("knows neither BIND nor clients that insist on a password", async () => {
    const proxy = await proxyWith(local);
    expect((await socks(proxy, "127.0.0.1", 1, 2)).code).toBe(7);
    const socket = connect(proxy.socks?.port ?? 0, "127.0.0.1");
    socket.write(Buffer.from([5, 1, 2]));
    expect([...(await take(socket, 2))]).toEqual([5, 0xff]);
    socket.destroy();
  });

  it("drops what is no SOCKS5", async () => {
    const proxy = await proxyWith(local);
    const socket = connect(proxy.socks?.port ?? 0, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\n\r\n".repeat(100));
    socket.resume();
    await once(socket, "close");
  });

  it("asks the decider with its own protocol", async () => {
    const asked: unknown[] = [];
    const { port } = await echo();
    const proxy = await proxyWith(
      { enabled: true, allowLocalBinding: true },
      {
        decide: request => {
          asked.push({ ...request, clientAddr: typeof request.clientAddr });
          return { decision: "allow" };
        },
      },
    );
    expect((await socks(proxy, "127.0.0.1", port)).code).toBe(0);
    expect(asked).toEqual([{ protocol: "socks5_tcp", host: "127.0.0.1", port, clientAddr: "string" }]);
  });

  it("is not there when it is switched off", async () => {
    const proxy = await proxyWith({ ...local, enableSocks5: false });
    expect(proxy.socks).toBeNull();
    expect(proxy.environment({})["ALL_PROXY"]).toBe(`http://127.0.0.1:${proxy.http.port}`);
  });
});

describe("SOCKS5 UDP ASSOCIATE", () => {
  const datagram = (port: number, payload: string, host = [127, 0, 0, 1]) =>
    Buffer.concat([Buffer.from([0, 0, 0, 1, ...host, port >> 8, port & 255]), Buffer.from(payload)]);

  async function udpEcho() {
    const server = createSocket("udp4");
    const seen: string[] = [];
    server.on("message", (message, from) => {
      seen.push(message.toString());
      server.send(message, from.port, from.address);
    });
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    return { server, seen, port: server.address().port };
  }

  async function client() {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const received: Buffer[] = [];
    socket.on("message", message => received.push(message));
    return { socket, received };
  }

  it("relays datagrams to allowed hosts and drops the others", async () => {
    const target = await udpEcho();
    const denied = await udpEcho();
    const proxy = await proxyWith({ ...local, domains: { "127.0.0.1": "allow" } }, {});
    const { code, bound, socket: control } = await socks(proxy, "0.0.0.0", 0, 3);
    expect(code).toBe(0);
    const { socket, received } = await client();
    try {
      socket.send(datagram(denied.port, "no", [127, 0, 0, 2]), bound, "127.0.0.1");
      await expect.poll(() => proxy.blocked.total).toBe(1);
      expect(proxy.blocked.snapshot()).toMatchObject([{ protocol: "socks5-udp", host: "127.0.0.2" }]);
      socket.send(datagram(target.port, "hi"), bound, "127.0.0.1");
      await expect.poll(() => received.length).toBe(1);
      expect(received[0]).toEqual(datagram(target.port, "hi"));
      // Fragments, strangers and people who were not written to are ignored.
      socket.send(
        Buffer.concat([Buffer.from([0, 0, 1]), datagram(target.port, "part").subarray(3)]),
        bound,
        "127.0.0.1",
      );
      const stranger = await client();
      stranger.socket.send(datagram(target.port, "stranger"), bound, "127.0.0.1");
      socket.send(datagram(target.port, "again"), bound, "127.0.0.1");
      await expect.poll(() => received.length).toBe(2);
      expect(target.seen).toEqual(["hi", "again"]);
      expect(denied.seen).toEqual([]);
      stranger.socket.close();
    } finally {
      control.destroy();
      socket.close();
      target.server.close();
      denied.server.close();
    }
  });

  it("is refused in limited mode, and unknown where it is switched off", async () => {
    expect((await socks(await proxyWith({ ...local, mode: "limited" }), "0.0.0.0", 0, 3)).code).toBe(2);
    expect((await socks(await proxyWith({ ...local, enableSocks5Udp: false }), "0.0.0.0", 0, 3)).code).toBe(7);
  });
});

import { afterEach, describe, expect, it } from "vitest";
import type { NetworkPolicyInput, NetworkProxy } from "../src/index.ts";
import { closeAll, connectTo, origin, type Origin, proxyWith, raw, socks } from "./support.ts";

afterEach(closeAll);

const open = (deny: string): NetworkPolicyInput => ({
  enabled: true,
  allowLocalBinding: true,
  domains: { "*": "allow", [deny]: "deny" },
});

/** A request whose target stands in it as it is written here. */
const ask = (proxy: NetworkProxy, authority: string) =>
  raw(proxy.http.port, `GET http://${authority}/ HTTP/1.1\r\nConnection: close\r\n\r\n`);

/** What comes of a host over each of the three ways out; none may reach the origin. */
async function refusals(policy: NetworkPolicyInput, host: string, inside: Origin, addresses: string[] = []) {
  const proxy = await proxyWith(policy, { resolve: () => Promise.resolve(addresses) });
  const authority = `${host}:${inside.port}`;
  const plain = await ask(proxy, authority);
  const tunnel = await connectTo(proxy, authority);
  const { code } = await socks(proxy, host.replace(/^\[|\]$/g, ""), inside.port);
  return { plain: plain.headers["x-proxy-error"], tunnel: tunnel.body, code, reached: inside.seen.length };
}

const DENIED = { plain: "blocked-by-denylist", tunnel: "Domain denied by the sandbox policy.", code: 2, reached: 0 };

describe("a denied address, where everything else is allowed", () => {
  it.each([
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7F.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "127.000.000.001",
    // The unspecified address is this machine, too.
    "0.0.0.0",
    "0",
    "0x0",
    "name-of-it.test",
  ])("is not reached as %s", async host => {
    expect(await refusals(open("127.0.0.1"), host, await origin(), ["127.0.0.1"])).toEqual(DENIED);
  });

  it.each([
    "[::ffff:127.0.0.1]",
    "[::FFFF:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::ffff:0.0.0.0]",
  ])("is not reached as %s", async host => {
    const inside = await origin();
    const proxy = await proxyWith(open("127.0.0.1"));
    const target = `${host}:${inside.port}`;
    const answer = await ask(proxy, target);
    expect(JSON.parse(answer.body)).toMatchObject({ reason: "denied" });
    expect((await connectTo(proxy, target)).body).toBe(DENIED.tunnel);
    expect(inside.seen).toEqual([]);
  });

  it.each([
    ["2130706433", "127.0.0.1"],
    ["0x7f.1", "127.0.0.1"],
    ["::ffff:7f00:1", "127.0.0.1"],
    ["[::FFFF:127.0.0.1]", "127.1"],
    ["0:0:0:0:0:0:0:1", "[::1]"],
    ["[0::1]:443", "[::1]"],
    ["::1", "[::]"],
    ["2606:4700:0:0::1111", "[2606:4700::1111]"],
  ])("is denied when the rule spells it %s, and the request %s", async (rule, host) => {
    const inside = await origin();
    const proxy = await proxyWith(open(rule));
    const target = `${host}:${inside.port}`;
    expect((await ask(proxy, `${target}`)).headers["x-proxy-error"]).toBe("blocked-by-denylist");
    expect((await connectTo(proxy, target)).body).toBe(DENIED.tunnel);
    expect(inside.seen).toEqual([]);
  });

  it("is not reached by a name that first leads elsewhere, or that is answered too late", async () => {
    const inside = await origin();
    let asked = 0;
    const answers = [["127.0.0.2"], ["127.0.0.1"]];
    const proxy = await proxyWith(open("127.0.0.1"), { resolve: () => Promise.resolve(answers[asked++] ?? []) });
    // Connected to the address that was looked at, where nobody listens.
    expect((await ask(proxy, `rebind.test:${inside.port}`)).status).toBe(502);
    expect((await ask(proxy, `rebind.test:${inside.port}`)).status).toBe(403);
    const late = await proxyWith(open("127.0.0.1"), { resolve: () => new Promise(() => undefined) });
    // The system knows this name.
    expect((await ask(late, `localhost:${inside.port}`)).status).toBe(502);
    expect(inside.seen).toEqual([]);
  });

  it("does not keep others from being reached", async () => {
    const { port, seen } = await origin();
    const proxy = await proxyWith(open("127.0.0.2"), { resolve: () => Promise.resolve(["127.0.0.1"]) });
    for (const host of ["127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "any.test"]) {
      expect((await ask(proxy, `${host}:${port}`)).status).toBe(200);
    }
    expect(seen).toHaveLength(4);
  });

  it("is denied by name under the guard of local addresses as well", async () => {
    const inside = await origin();
    const policy: NetworkPolicyInput = { enabled: true, domains: { "*": "allow", "8.8.8.8": "deny" } };
    for (const host of ["8.8.8.8", "134744072", "[::ffff:8.8.8.8]", "dns.test"]) {
      const proxy = await proxyWith(policy, { resolve: () => Promise.resolve(["1.1.1.1", "::ffff:8.8.8.8"]) });
      const answer = await ask(proxy, `${host}:${inside.port}`);
      expect(JSON.parse(answer.body)).toMatchObject({ reason: "denied" });
    }
  });
});

describe("a denied name", () => {
  it.each(["bad.test", "BAD.test", "bad.test.", "Bad.Test."])("is denied as %s", async host => {
    expect(await refusals(open("bad.test"), host, await origin(), ["127.0.0.1"])).toEqual(DENIED);
  });

  it.each([
    ["b\u00fccher.test", "xn--bcher-kva.test"],
    ["B\u00dcCHER.test", "XN--BCHER-KVA.TEST."],
    ["*.b\u00fccher.test", "a.xn--bcher-kva.test"],
    ["**.b\u00fccher.test", "xn--bcher-kva.test"],
    // Fullwidth letters and the ideographic full stop are other spellings of ASCII.
    ["\uff42ad\u3002test", "bad.test"],
  ])("that the rule spells %s is denied as %s", async (rule, host) => {
    expect(await refusals(open(rule), host, await origin(), ["127.0.0.1"])).toEqual(DENIED);
  });

  it.each([
    "b%61d.test",
    "b\\ad.test",
    "bad.test%00",
    "bad.test..",
    "bad..test",
    "u:p@bad.test",
    "good.test:80@bad.test",
  ])("does not get through as %s", async host => {
    const inside = await origin();
    const proxy = await proxyWith(open("bad.test"), { resolve: () => Promise.resolve(["127.0.0.1"]) });
    const target = `${host}:${inside.port}`;
    for (const answer of [await ask(proxy, target), await connectTo(proxy, target)]) {
      expect([400, 403]).toContain(answer.status);
    }
    expect(inside.seen).toEqual([]);
  });

  it("is no login of another", async () => {
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true, domains: { "good.test": "allow" } });
    for (const login of ["good.test", "good.test:80", "good.test:80@good.test"]) {
      expect(JSON.parse((await ask(proxy, `${login}@evil.test`)).body)).toMatchObject({ host: "evil.test" });
      expect((await connectTo(proxy, `${login}@evil.test:443`)).body).toBe("Domain not in allowlist.");
    }
  });
});

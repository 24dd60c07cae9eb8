import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileHostSet,
  isGlobalWildcard,
  isNonPublicAddress,
  judgeHost,
  compilePolicy,
  networkPolicy,
  NetworkProxyError,
  type NetworkPolicyInput,
  normalizeHost,
  normalizePattern,
  patternCovers,
} from "../src/index.ts";

describe("the normal form of a host", () => {
  it.each([
    [" SVC.Acme.io. ", "svc.acme.io"],
    ["svc.acme.io:8443", "svc.acme.io"],
    ["[::1]:80", "::1"],
    ["[FE80::1%eth0]", "fe80::1%eth0"],
    ["2001:DB8::1", "2001:db8::1"],
    ["a.io...", "a.io"],
    ["", ""],
  ])("of %j is %j", (host, normal) => expect(normalizeHost(host)).toBe(normal));

  it.each([
    ["*", "*"],
    ["**.Acme.io:443", "**.acme.io"],
    ["*.acme.io.", "*.acme.io"],
    ["[::1]", "::1"],
  ])("of the pattern %j is %j", (pattern, normal) => expect(normalizePattern(pattern)).toBe(normal));

  it("does not change a second time", () => {
    fc.assert(
      fc.property(fc.webAuthority(), host => {
        expect(normalizeHost(normalizeHost(host))).toBe(normalizeHost(host));
      }),
    );
  });
});

describe("patterns", () => {
  it.each([
    ["host", "host", true],
    ["Host.IO", "host.io", true],
    ["*.d.io", "d.io", false],
    ["*.d.io", "a.b.d.io", true],
    ["*.d.io", ".d.io", false],
    ["**.d.io", "d.io", true],
    ["**.d.io", "x.d.io", true],
    ["**.d.io", "xd.io", false],
    ["*", "anything.at.all", true],
    ["region*.cdn.test", "region-1.eu.cdn.test", true],
    ["region*.cdn.test", "other.cdn.test", false],
    ["a?c.test", "abc.test", true],
    ["a?c.test", "ac.test", false],
    ["x[ab].test", "xb.test", true],
    // A bracket at the start is an address in brackets.
    ["[ab].test", "b.test", false],
    ["x[!ab].test", "xb.test", false],
    ["x[a-f]x.test", "xdx.test", true],
    ["{api,www}.acme.io", "www.acme.io", true],
    ["{api,www}.acme.io", "web.acme.io", false],
  ])("%s names %s: %s", (pattern, host, named) => expect(compileHostSet([pattern]).has(host)).toBe(named));

  it.each(["a[.test", "x{a.test", "a}.test", "x[z-a].test", "a\\"])("refuses %s", pattern => {
    expect(() => compileHostSet([pattern])).toThrow(
      new NetworkProxyError("invalid_policy", `invalid glob pattern: ${pattern}`),
    );
  });

  it("knows the patterns that name every host", () => {
    expect(["*", "**.*", "*.*", "*.io", "**.io"].map(isGlobalWildcard)).toEqual([true, true, false, false, false]);
  });

  it("matches subdomains and nothing else, whatever they are called", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        fc.array(label, { minLength: 1, maxLength: 3 }),
        (sub, domain) => {
          const apex = domain.join(".");
          const host = [...sub, ...domain].join(".");
          expect(compileHostSet([`*.${apex}`]).has(host)).toBe(true);
          expect(compileHostSet([`**.${apex}`]).has(host)).toBe(true);
          expect(compileHostSet([`**.${apex}`]).has(apex)).toBe(true);
          expect(compileHostSet([`*.${apex}`]).has(apex)).toBe(false);
          expect(compileHostSet([`**.${apex}`]).has(`${apex}.evil`)).toBe(false);
          expect(compileHostSet([`*.${apex}`]).has(`x${apex}`)).toBe(false);
        },
      ),
    );
  });

  it("agrees with a regular expression on stars and question marks", () => {
    const pattern = fc.stringMatching(/^[ab.*?]{1,10}$/).filter(text => !text.startsWith("*"));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab.]{0,12}$/), (glob, host) => {
        const expression = glob.replace(/\.+$/, "").replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
        expect(compileHostSet([glob]).has(host)).toBe(new RegExp(`^${expression}$`).test(host));
      }),
    );
  });

  it("never throws anything but its own error", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, host) => {
        const thrown = (() => {
          try {
            compileHostSet([pattern]).has(host);
            return null;
          } catch (error) {
            return error;
          }
        })();
        expect(thrown === null || thrown instanceof NetworkProxyError).toBe(true);
      }),
    );
  });

  it("is not slowed down by many stars", () => {
    const pattern = `${"*a".repeat(60)}b`;
    expect(compileHostSet([`x${pattern}`]).has(`x${"a".repeat(5000)}`)).toBe(false);
  });
});

describe("which patterns a managed pattern allows", () => {
  it.each([
    ["a.io", "A.io.", true],
    ["a.io", "b.a.io", false],
    ["*.a.io", "b.a.io", true],
    ["*.a.io", "a.io", false],
    ["*.a.io", "*.a.io", true],
    ["*.a.io", "*.b.a.io", true],
    ["*.a.io", "**.a.io", false],
    ["*.a.io", "**.b.a.io", true],
    ["**.a.io", "a.io", true],
    ["**.a.io", "**.a.io", true],
    ["**.a.io", "*.c.a.io", true],
    ["**.a.io", "xa.io", false],
  ])("%s allows %s: %s", (managed, candidate, covered) => expect(patternCovers(managed, candidate)).toBe(covered));
});

describe("addresses that are not public", () => {
  it.each([
    "127.0.0.1",
    "127.9.9.9",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.7.7",
    "169.254.169.254",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "240.0.0.1",
    "::1",
    "::",
    "ff02::1",
    "fc00::1",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fe80::1%eth0",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::808:808",
    "::ffff:0:7f00:1",
    "::ffff:0:10.0.0.1",
    "2002:7f00:1::",
    "not an address",
  ])("%s", address => expect(isNonPublicAddress(address)).toBe(true));

  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.0.1",
    "100.128.0.1",
    "192.0.1.1",
    "192.167.0.1",
    "198.17.0.1",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "::ffff:0:808:808",
    "fec0::1",
    "2002:808:808::",
  ])("but %s is", address => expect(isNonPublicAddress(address)).toBe(false));
});

describe("the order of the rules", () => {
  const judge = async (policy: NetworkPolicyInput, host: string, answers: Record<string, string[]> = {}) => {
    const resolve = (name: string) => {
      const found = answers[name];
      return found === undefined ? Promise.reject(new Error("none")) : Promise.resolve(found);
    };
    return await judgeHost(compilePolicy(networkPolicy(policy)), host, resolve);
  };

  it.each([
    ["an empty host", {}, "  ", "not_allowed"],
    ["a deny before the guard", { domains: { "127.0.0.1": "deny" } }, "127.0.0.1", "denied"],
    [
      "a deny before an allow",
      { allowLocalBinding: true, domains: { "**.a.io": "allow", "b.a.io": "deny" } },
      "b.a.io",
      "denied",
    ],
    ["everything allowed does not open loopback", { domains: { "*": "allow" } }, "127.0.0.1", "not_allowed_local"],
    ["nor localhost", { domains: { "*": "allow" } }, "localhost", "not_allowed_local"],
    ["naming the address opens it", { domains: { "127.0.0.1": "allow" } }, "127.0.0.1", null],
    ["but not localhost", { domains: { "127.0.0.1": "allow" } }, "localhost", "not_allowed_local"],
    ["a scope does not disguise an address", { domains: { "*": "allow" } }, "[fe80::1%lo]", "not_allowed_local"],
    ["another spelling does not either", { domains: { "*": "allow" } }, "2130706433", "not_allowed_local"],
    ["nor hexadecimal", { domains: { "*": "allow" } }, "0x7f.1", "not_allowed_local"],
    ["nor a longer IPv6 spelling", { domains: { "*": "allow" } }, "[0:0:0:0:0:0:0:1]", "not_allowed_local"],
    [
      "a denied address is denied in any spelling",
      { domains: { "*": "allow", "8.8.8.8": "deny" } },
      "134744072",
      "denied",
    ],
    ["an unknown name", { domains: { "a.io": "allow" } }, "nowhere.test", "not_allowed_local"],
    ["a wildcard does not open loopback", { domains: { "127.*": "allow" } }, "127.0.0.1", "not_allowed_local"],
    ["no rules at all", { allowLocalBinding: true }, "a.io", "not_allowed"],
    ["IPv6 by name of its brackets", { domains: { "[::1]": "allow" } }, "[::1]", null],
  ] as const)("%s", async (_name, policy, host, reason) => {
    expect((await judge(policy, host)).reason).toBe(reason);
  });

  it("blocks a name when any of its addresses is not public, allowed or not", async () => {
    const answers = { "mixed.io": ["8.8.8.8", "10.0.0.1"], "good.io": ["8.8.8.8", "2606:4700::1"] };
    expect((await judge({ domains: { "mixed.io": "allow" } }, "mixed.io", answers)).reason).toBe("not_allowed_local");
    expect((await judge({}, "mixed.io", answers)).reason).toBe("not_allowed_local");
    expect(await judge({ domains: { "good.io": "allow" } }, "good.io", answers)).toEqual({
      host: "good.io",
      reason: null,
      addresses: answers["good.io"],
    });
    expect((await judge({}, "good.io", answers)).reason).toBe("not_allowed");
  });

  it("blocks a name that takes longer than two seconds", async () => {
    const verdict = await judgeHost(
      compilePolicy(networkPolicy({ domains: { "slow.io": "allow" } })),
      "slow.io",
      () => new Promise(() => undefined),
    );
    expect(verdict.reason).toBe("not_allowed_local");
  });
});

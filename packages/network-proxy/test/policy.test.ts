import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyRequirements,
  compilePolicy,
  defaultNetworkPolicy,
  domainsRecord,
  domainsWith,
  networkPolicy,
  NetworkProxySpec,
  upsertDomain,
  type DomainRule,
  type NetworkConstraints,
  type NetworkPolicyInput,
  type NetworkRequirementsInput,
  type SandboxKind,
} from "../src/index.ts";

describe("layers of settings", () => {
  it("start from the defaults of the specification", () => {
    expect(networkPolicy({})).toEqual(defaultNetworkPolicy);
    expect(defaultNetworkPolicy).toMatchObject({
      enabled: false,
      proxyUrl: "http://127.0.0.1:3128",
      socksUrl: "http://127.0.0.1:8081",
      enableSocks5: true,
      enableSocks5Udp: true,
      allowUpstreamProxy: true,
      mode: "full",
      allowLocalBinding: false,
    });
  });

  it("replace each other field by field", () => {
    const policy = networkPolicy(
      { enabled: true, mode: "limited" },
      { mode: "full", enabled: null, allowLocalBinding: undefined },
    );
    expect(policy).toMatchObject({ enabled: true, mode: "full", allowLocalBinding: false });
  });

  it("replace rules for the same host, whatever its case", () => {
    const read = (...layers: NetworkPolicyInput[]) => networkPolicy(...layers).domains;
    expect(read({ domains: { "Dup.test": "allow", "dup.test": "deny" } })).toEqual([
      { pattern: "dup.test", permission: "deny" },
    ]);
    expect(read({ domains: { "a.io": "deny" } }, { domains: { "A.io.": "allow" } })).toEqual([
      { pattern: "A.io.", permission: "allow" },
    ]);
  });

  it("keep the last word about a socket", () => {
    const { unixSockets } = networkPolicy(
      { unixSockets: { "/a": "allow", "/b": "allow" } },
      { unixSockets: { "/a": "none" } },
    );
    expect(unixSockets).toEqual([
      { path: "/b", permission: "allow" },
      { path: "/a", permission: "none" },
    ]);
  });

  it("ignore keys that are no settings", () => {
    expect(networkPolicy({ allowedDomains: ["a.io"] } as NetworkPolicyInput)).toEqual(defaultNetworkPolicy);
  });

  it("let a denial of the same pattern win, and are written sorted", () => {
    const rules: DomainRule[] = [
      { pattern: "b.io", permission: "allow" },
      { pattern: "a.io", permission: "deny" },
      { pattern: "a.io", permission: "allow" },
    ];
    expect(domainsWith(rules, "allow")).toEqual(["b.io"]);
    expect(Object.entries(domainsRecord(rules))).toEqual([
      ["a.io", "deny"],
      ["b.io", "allow"],
    ]);
  });

  it("hold at most one rule for a host, the last one", () => {
    const rule = fc.record({
      pattern: fc.constantFrom("a.io", "A.IO", "a.io.", "b.io", "*.a.io"),
      permission: fc.constantFrom("allow" as const, "deny" as const),
    });
    fc.assert(
      fc.property(fc.array(rule), rules => {
        const merged = rules.reduce<readonly DomainRule[]>(upsertDomain, []);
        const hosts = merged.map(({ pattern }) => pattern.toLowerCase().replace(/\.$/, ""));
        expect(new Set(hosts).size).toBe(hosts.length);
        expect(merged.at(-1)).toEqual(rules.at(-1));
      }),
    );
  });
});

describe("requirements on top of a policy", () => {
  const merge = (
    user: NetworkPolicyInput,
    requirements: NetworkRequirementsInput,
    sandbox: SandboxKind = "read-only",
  ) => {
    const { policy, constraints } = applyRequirements(networkPolicy(user), requirements, sandbox);
    return {
      policy,
      constraints,
      allowed: domainsWith(policy.domains, "allow"),
      denied: domainsWith(policy.domains, "deny"),
    };
  };

  it("fix what they set", () => {
    const { policy, constraints } = merge(
      { allowLocalBinding: true },
      { allowLocalBinding: false, enabled: true, httpPort: 9, socksPort: 10 },
    );
    expect(policy).toMatchObject({
      allowLocalBinding: false,
      enabled: true,
      proxyUrl: "http://127.0.0.1:9",
      socksUrl: "http://127.0.0.1:10",
    });
    expect(constraints).toEqual({ allowLocalBinding: false, enabled: true });
  });

  it("let confined users add hosts, without repeating any", () => {
    const { allowed, constraints } = merge(
      { domains: { "M.io": "allow", "u.io": "allow" } },
      { domains: { "m.io": "allow" } },
    );
    expect(allowed).toEqual(["m.io", "u.io"]);
    expect(constraints).toEqual({ allowedDomains: ["m.io"], allowlistExpansion: true });
  });

  it.each([
    ["danger-full-access", {}],
    ["external-sandbox", {}],
    ["read-only", { managedAllowedDomainsOnly: true }],
  ] as const)("drop the user's hosts under %s %j", (sandbox, more) => {
    const { allowed, constraints } = merge(
      { domains: { "u.io": "allow" } },
      { domains: { "m.io": "allow" }, ...more },
      sandbox,
    );
    expect(allowed).toEqual(["m.io"]);
    expect(constraints.allowlistExpansion).toBe(false);
  });

  it("leave an empty list where only managed hosts count and there are none", () => {
    const { allowed, constraints } = merge({ domains: { "u.io": "allow" } }, { managedAllowedDomainsOnly: true });
    expect(allowed).toEqual([]);
    expect(constraints).toEqual({ allowedDomains: [], allowlistExpansion: false });
  });

  it("keep the user's denials, and add their own", () => {
    expect(merge({ domains: { "u.io": "deny" } }, { domains: { "m.io": "allow" } }).denied).toEqual(["u.io"]);
    expect(merge({ domains: { "u.io": "deny" } }, { domains: { "m.io": "deny" } }).denied).toEqual(["m.io", "u.io"]);
    expect(
      merge({ domains: { "u.io": "deny" } }, { domains: { "m.io": "deny" } }, "danger-full-access").denied,
    ).toEqual(["m.io"]);
  });

  it("replace the sockets", () => {
    const { policy, constraints } = merge(
      { unixSockets: { "/u": "allow" } },
      { unixSockets: { "/m": "allow", "/n": "none" } },
    );
    expect(policy.unixSockets).toEqual([{ path: "/m", permission: "allow" }]);
    expect(constraints.allowUnixSockets).toEqual(["/m"]);
  });
});

describe("what may not be changed", () => {
  const WILD = "exact hosts or scoped wildcards like *.example.com or **.example.com";
  const OFF = "false (disabled by managed config)";
  it.each<[string, NetworkPolicyInput, NetworkConstraints, string]>([
    ["a denial of everything", { domains: { "*": "deny" } }, {}, `network.denied_domains: * (allowed ${WILD})`],
    ["the same, disguised", { domains: { "**.*": "deny" } }, {}, `network.denied_domains: **.* (allowed ${WILD})`],
    ["enabled", { enabled: true }, { enabled: false }, `network.enabled: true (allowed ${OFF})`],
    ["mode", { mode: "full" }, { mode: "limited" }, "network.mode: Full (allowed Limited or more restrictive)"],
    ["upstream", {}, { allowUpstreamProxy: false }, `network.allow_upstream_proxy: true (allowed ${OFF})`],
    [
      "non-loopback",
      { dangerouslyAllowNonLoopbackProxy: true },
      { dangerouslyAllowNonLoopbackProxy: false },
      `network.dangerously_allow_non_loopback_proxy: true (allowed ${OFF})`,
    ],
    [
      "all sockets by list",
      { dangerouslyAllowAllUnixSockets: true },
      { allowUnixSockets: [] },
      `network.dangerously_allow_all_unix_sockets: true (allowed ${OFF})`,
    ],
    [
      "local binding",
      { allowLocalBinding: true },
      { allowLocalBinding: false },
      `network.allow_local_binding: true (allowed ${OFF})`,
    ],
    ["a managed wildcard", {}, { allowedDomains: ["*"] }, `network.allowed_domains: * (allowed ${WILD})`],
    [
      "a missing managed host",
      {},
      { allowedDomains: ["m.io"], allowlistExpansion: true },
      'network.allowed_domains: missing managed allowed_domains entries (allowed ["m.io"])',
    ],
    [
      "a host too many",
      { domains: { "m.io": "allow", "u.io": "allow" } },
      { allowedDomains: ["m.io"], allowlistExpansion: false },
      'network.allowed_domains: ["m.io", "u.io"] (allowed must match managed allowed_domains)',
    ],
    [
      "a host outside",
      { domains: { "u.io": "allow", "a.m.io": "allow" } },
      { allowedDomains: ["*.m.io"] },
      'network.allowed_domains: ["u.io"] (allowed subset of managed allowed_domains)',
    ],
    [
      "a missing denial",
      {},
      { deniedDomains: ["m.io"] },
      'network.denied_domains: missing managed denied_domains entries (allowed ["m.io"])',
    ],
    [
      "a denial too many",
      { domains: { "m.io": "deny", "u.io": "deny" } },
      { deniedDomains: ["m.io"], denylistExpansion: false },
      'network.denied_domains: ["m.io", "u.io"] (allowed must match managed denied_domains)',
    ],
    [
      "a socket",
      { unixSockets: { "/u": "allow" } },
      { allowUnixSockets: ["/m"] },
      'network.allow_unix_sockets: ["/u"] (allowed subset of managed allow_unix_sockets)',
    ],
  ])("%s", (_name, input, constraints, message) => {
    expect(() => compilePolicy(networkPolicy(input), constraints)).toThrow(
      `network proxy constraints are invalid: invalid value for ${message}`,
    );
  });

  it("lets a user's denial stand against a managed host", () => {
    const spec = new NetworkProxySpec({
      base: networkPolicy({ domains: { "m.io": "deny" } }),
      requirements: { domains: { "m.io": "allow" } },
      sandbox: "workspace-write",
    });
    expect(spec.state.denied.has("m.io")).toBe(true);
  });
});

describe("the proxy of a session", () => {
  const spec = (requirements: NetworkRequirementsInput | null, enabled: boolean, sandbox: SandboxKind = "read-only") =>
    new NetworkProxySpec({ base: networkPolicy({ enabled }), requirements, sandbox, requirementsPath: "/etc/r.toml" });

  it("exists with requirements, and otherwise when it is enabled", () => {
    expect(spec(null, false).wanted).toBe(false);
    expect(spec(null, true).wanted).toBe(true);
    expect(spec({ allowLocalBinding: false }, false).wanted).toBe(true);
  });

  it("asks people only under requirements that let users add hosts", () => {
    expect(spec(null, true).asks).toBe(false);
    expect(spec({ enabled: true }, false).asks).toBe(true);
    expect(spec({ enabled: true }, false, "danger-full-access").asks).toBe(false);
    expect(spec({ managedAllowedDomainsOnly: true }, true).asks).toBe(false);
    expect(spec({ enabled: true }, false, "external-sandbox").asksByDefault).toBe(false);
  });

  it("names the requirements file when they contradict", () => {
    expect(() => spec({ domains: { "*": "allow" } }, true)).toThrow(
      "failed to build managed network proxy from /etc/r.toml: network proxy constraints are invalid: invalid value for network.allowed_domains: * (allowed",
    );
  });

  it("does not name the requirements file for what is not well-formed", () => {
    expect(() => spec({ unixSockets: { "rel/sock": "allow" } }, true)).toThrow(
      /^failed to build network proxy state: invalid network.allow_unix_sockets\[0\]$/,
    );
  });

  it("is worked out again for another sandbox, saved rules on top", () => {
    const first = new NetworkProxySpec({
      base: networkPolicy({ domains: { "u.io": "allow" } }),
      requirements: { domains: { "m.io": "allow" } },
      sandbox: "read-only",
    }).withRules({ allowed: ["r.io"], denied: ["u.io"] });
    expect(domainsRecord(first.state.policy.domains)).toEqual({ "m.io": "allow", "r.io": "allow", "u.io": "deny" });
    expect(() => first.forSandbox("danger-full-access")).toThrow("must match managed allowed_domains");
  });
});

describe("what cannot be compiled", () => {
  it.each<[NetworkPolicyInput, string]>([
    [{ domains: { "a[.test": "allow" } }, "failed to build network proxy state: invalid glob pattern: a[.test"],
    [
      { unixSockets: { "rel/sock": "allow" } },
      "failed to build network proxy state: invalid network.allow_unix_sockets[0]",
    ],
    [
      { unixSockets: { "/abs": "allow", "rel/sock": "allow", other: "none" } },
      "failed to build network proxy state: invalid network.allow_unix_sockets[1]",
    ],
  ])("%j", (input, message) => {
    expect(() => compilePolicy(networkPolicy(input))).toThrow(message);
  });
});

import { once } from "node:events";
import { type AddressInfo, connect, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type AuditedDecision, auditEvent } from "../src/decision/audit.ts";
import { BlockedRequests } from "../src/decision/blocked.ts";
import { Gate } from "../src/decision/gate.ts";
import { Forwarder } from "../src/http/forward.ts";
import { httpServer } from "../src/http/server.ts";
import { type AuditEvent, compilePolicy, networkPolicy, type NetworkPolicyInput } from "../src/index.ts";
import { socksServer } from "../src/socks/server.ts";
import { closeAll, get, proxyWith, raw, socksRequest, take } from "./support.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await closeAll();
});

/** Listeners that are served under a policy that a started proxy would not serve. */
async function listeners(policy: NetworkPolicyInput, refresh = () => Promise.resolve()) {
  const events: AuditEvent[] = [];
  const blocked = new BlockedRequests();
  const gate = new Gate({
    policy: () => compilePolicy(networkPolicy(policy)),
    resolve: () => Promise.reject(new Error("no DNS here")),
    decide: () => ({ decision: "allow" }),
    identity: {},
    onAudit: event => events.push(event),
    blocked,
    now: () => new Date(0),
  });
  const { signal } = new AbortController();
  const forwarder = new Forwarder(signal);
  const http = httpServer({ gate, forwarder, parentEnv: () => ({}), platform: "linux", signal, refresh });
  const socks = socksServer({ gate, signal, refresh });
  const ports: number[] = [];
  for (const server of [http, socks]) {
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  const [httpPort = 0, socksPort = 0] = ports;
  return { events, blocked, httpPort, socksPort };
}

describe("a proxy that is off, and asked all the same", () => {
  const off: NetworkPolicyInput = { enabled: false, allowLocalBinding: true, domains: { "*": "allow" } };

  it("answers 503 over HTTP, before any other rule, and says in whose name", async () => {
    const { httpPort, blocked, events } = await listeners({ ...off, mode: "limited" });
    for (const request of [
      "POST http://a.test/ HTTP/1.1\r\n\r\n",
      "CONNECT a.test:443 HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a.test\r\nx-unix-socket: /a\r\n\r\n",
    ]) {
      expect(await raw(httpPort, request)).toMatchObject({
        status: 503,
        body: "network proxy is disabled",
        headers: { "content-type": "text/plain" },
      });
    }
    expect(blocked.snapshot()).toMatchObject([
      { host: "a.test", protocol: "http", reason: "proxy_disabled", source: "proxy_state", port: 80, mode: null },
      { host: "a.test", protocol: "https_connect", reason: "proxy_disabled", port: 443 },
      { host: "unix-socket", protocol: "http", reason: "proxy_disabled", port: 0 },
    ]);
    expect(events.map(({ attributes }) => attributes["network.policy.scope"])).toEqual([
      "non_domain",
      "non_domain",
      "non_domain",
    ]);
  });

  it.each([
    [1, "socks5"],
    [3, "socks5-udp"],
  ])("answers 2 over SOCKS to command %i", async (command, protocol) => {
    const { socksPort, blocked } = await listeners(off);
    const socket = connect(socksPort, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksRequest("a.test", 80, command)]));
    expect((await take(socket, 4))[3]).toBe(2);
    socket.destroy();
    expect(blocked.snapshot()).toMatchObject([{ protocol, reason: "proxy_disabled", source: "proxy_state" }]);
  });
});

describe("a proxy that fails itself", () => {
  it("answers 500, and ends tunnels and SOCKS", async () => {
    const broken = () => Promise.reject(new Error("disk on fire"));
    const { httpPort, socksPort } = await listeners({ enabled: true, domains: { "*": "allow" } }, broken);
    expect(await raw(httpPort, "GET http://a.test/ HTTP/1.1\r\n\r\n")).toMatchObject({ status: 500, body: "error" });
    expect((await raw(httpPort, "CONNECT a.test:443 HTTP/1.1\r\n\r\n")).status).toBe(0);
    const socket = connect(socksPort, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksRequest("a.test", 80)]));
    expect([...(await take(socket, 12))]).toEqual([5, 0]);
  });
});

describe("what is told of a refusal", () => {
  it("is a decision about no host where a mode, the proxy's state or a socket decides", async () => {
    const events: AuditEvent[] = [];
    const limited = { enabled: true, mode: "limited", allowLocalBinding: true, domains: { "*": "allow" } } as const;
    const proxy = await proxyWith(limited, { platform: "linux", onAudit: event => events.push(event) });
    await get(proxy, "http://a.test/", "POST");
    await raw(proxy.http.port, "CONNECT a.test:443 HTTP/1.1\r\n\r\n");
    await raw(proxy.http.port, "GET / HTTP/1.1\r\nHost: a.test\r\nx-unix-socket: /a\r\n\r\n");
    const told = events
      .map(({ attributes }) => attributes)
      .filter(attributes => attributes["network.policy.decision"] !== "allow")
      .map(attributes =>
        ["scope", "source", "reason"]
          .map(name => attributes[`network.policy.${name}`])
          .concat([
            attributes["network.transport.protocol"],
            attributes["server.address"],
            attributes["server.port"],
            attributes["http.request.method"],
          ]),
      );
    expect(told).toEqual([
      ["non_domain", "mode_guard", "method_not_allowed", "http", "a.test", 80, "POST"],
      ["non_domain", "mode_guard", "mitm_required", "https_connect", "a.test", 443, "CONNECT"],
      ["non_domain", "proxy_state", "unix_socket_unsupported", "http", "unix-socket", 0, "GET"],
    ]);
    expect(proxy.blocked.snapshot()).toMatchObject([
      { protocol: "http", mode: "limited", reason: "method_not_allowed" },
      { protocol: "http-connect", mode: "limited", reason: "mitm_required" },
      { host: "unix-socket", mode: null, reason: "unix_socket_unsupported", port: 0 },
    ]);
  });

  it("says what it does not know", () => {
    const decided: AuditedDecision = {
      scope: "domain",
      decision: "deny",
      source: "baseline_policy",
      reason: "denied",
      protocol: "socks5-udp",
      host: "a.test",
      port: 53,
    };
    const identity = {
      conversationId: "c",
      appVersion: "1",
      authMode: "chatgpt",
      originator: "o",
      accountId: "a",
      email: "e",
      terminalType: "t",
      model: "m",
      slug: "s",
    };
    expect(auditEvent(decided, identity, new Date(0))).toEqual({
      target: "codex_otel.network_proxy",
      name: "codex.network_proxy.policy_decision",
      attributes: {
        "event.timestamp": "1970-01-01T00:00:00.000Z",
        "conversation.id": "c",
        "app.version": "1",
        auth_mode: "chatgpt",
        originator: "o",
        "user.account_id": "a",
        "user.email": "e",
        "terminal.type": "t",
        model: "m",
        slug: "s",
        "network.policy.scope": "domain",
        "network.policy.decision": "deny",
        "network.policy.source": "baseline_policy",
        "network.policy.reason": "denied",
        "network.transport.protocol": "socks5-udp",
        "server.address": "a.test",
        "server.port": 53,
        "http.request.method": "none",
        "client.address": "unknown",
        "network.policy.override": false,
      },
    });
  });
});

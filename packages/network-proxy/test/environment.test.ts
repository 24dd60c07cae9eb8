import { describe, expect, it } from "vitest";
import {
  approvalContext,
  hasProxyEnvironment,
  modelText,
  parseDecisionPayload,
  proxyEnvironment,
} from "../src/index.ts";

const endpoints = { http: "127.0.0.1:41", socks: "127.0.0.1:42", allowLocalBinding: false };

describe("the environment of a child", () => {
  it("names the proxy in every variable that programs look at, whatever was there", () => {
    const env = proxyEnvironment(
      { HTTP_PROXY: "http://corp:1", KEEP: "1", GIT_SSH_COMMAND: "mine" },
      endpoints,
      "linux",
    );
    const groups: Record<string, string[]> = {};
    for (const [key, value] of Object.entries(env)) (groups[value] ??= []).push(key);
    expect(groups).toEqual({
      "http://127.0.0.1:41": [
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "YARN_HTTP_PROXY",
        "YARN_HTTPS_PROXY",
        "npm_config_http_proxy",
        "npm_config_https_proxy",
        "npm_config_proxy",
        "NPM_CONFIG_HTTP_PROXY",
        "NPM_CONFIG_HTTPS_PROXY",
        "NPM_CONFIG_PROXY",
        "BUNDLE_HTTP_PROXY",
        "BUNDLE_HTTPS_PROXY",
        "PIP_PROXY",
        "DOCKER_HTTP_PROXY",
        "DOCKER_HTTPS_PROXY",
        "WS_PROXY",
        "WSS_PROXY",
        "ws_proxy",
        "wss_proxy",
      ],
      "socks5h://127.0.0.1:42": ["ALL_PROXY", "all_proxy", "FTP_PROXY", "ftp_proxy"],
      "localhost,127.0.0.1,::1,169.254.0.0/16,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16": [
        "NO_PROXY",
        "no_proxy",
        "npm_config_noproxy",
        "NPM_CONFIG_NOPROXY",
        "YARN_NO_PROXY",
        "BUNDLE_NO_PROXY",
      ],
      "0": ["CODEX_NETWORK_ALLOW_LOCAL_BINDING"],
      "1": ["KEEP", "CODEX_NETWORK_PROXY_ACTIVE"],
      true: ["ELECTRON_GET_USE_PROXY"],
      mine: ["GIT_SSH_COMMAND"],
    });
  });

  it("sends git over SSH through the proxy on macOS, where nobody set another command", () => {
    const ours = "CODEX_PROXY_GIT_SSH_COMMAND=1 ssh -o ProxyCommand='nc -X 5 -x 127.0.0.1:42 %h %p'";
    const git = (env: Record<string, string>, socks: string | null = "127.0.0.1:42") =>
      proxyEnvironment(env, { ...endpoints, socks }, "darwin")["GIT_SSH_COMMAND"];
    expect(git({})).toBe(ours);
    expect(git({ GIT_SSH_COMMAND: ours.replace(":42", ":7") })).toBe(ours);
    expect(git({ GIT_SSH_COMMAND: "ssh -v" })).toBe("ssh -v");
    expect(git({}, null)).toBeUndefined();
  });

  it.each([
    [{}, false],
    [{ HTTP_PROXY: " " }, false],
    [{ https_proxy: "x" }, true],
    [{ npm_config_proxy: "x" }, true],
    [{ NO_PROXY: "x" }, false],
    [{ wss_proxy: "x" }, true],
  ])("%j names a proxy: %s", (env, has) => expect(hasProxyEnvironment(env)).toBe(has));
});

describe("a decision in words", () => {
  it.each([
    [{ host: " ", reason: "denied", decision: "deny" }, "Network access was blocked by policy."],
    [
      { host: "a.io", reason: "denied", decision: "deny" },
      'Network access to "a.io" was blocked: domain is explicitly denied by policy and cannot be approved from this prompt.',
    ],
    [
      { host: "a.io", reason: "not_allowed", decision: "deny" },
      'Network access to "a.io" was blocked: domain is not on the allowlist for the current sandbox mode.',
    ],
    [
      { host: "a.io", reason: "not_allowed_local", decision: "deny" },
      'Network access to "a.io" was blocked: local/private network addresses are blocked by the sandbox policy.',
    ],
    [
      { host: "a.io", reason: "method_not_allowed", decision: "deny" },
      'Network access to "a.io" was blocked: request method is blocked by the current network mode.',
    ],
    [
      { host: "a.io", reason: "proxy_disabled", decision: "deny" },
      'Network access to "a.io" was blocked: network proxy is disabled.',
    ],
    [
      { host: "a.io", reason: "whatever", decision: "deny" },
      'Network access to "a.io" was blocked: request is blocked by network policy.',
    ],
    [{ host: "a.io", reason: "not_allowed", decision: "ask" }, null],
  ] as const)("%j", (blocked, text) => expect(modelText(blocked)).toBe(text));

  it("can be approved only where a decider asked about a host", () => {
    const payload = {
      decision: "ask",
      source: "decider",
      protocol: "https_connect",
      host: " a.io ",
      port: 443,
      reason: "not_allowed",
    };
    const read = (change: object) => {
      const parsed = parseDecisionPayload({ ...payload, ...change });
      return parsed === null ? "invalid" : approvalContext(parsed);
    };
    expect(read({})).toEqual({ host: "a.io", protocol: "https" });
    expect(read({ protocol: "http-connect" })).toEqual({ host: "a.io", protocol: "https" });
    expect(read({ protocol: "socks5Udp" })).toEqual({ host: "a.io", protocol: "socks5Udp" });
    for (const change of [{ decision: "deny" }, { source: "mode_guard" }, { protocol: undefined }, { host: " " }])
      expect(read(change)).toBeNull();
    for (const change of [{ decision: "allow" }, { source: "me" }, { protocol: "ftp" }])
      expect(read(change)).toBe("invalid");
  });
});

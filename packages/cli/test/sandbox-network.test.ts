import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { functionCall } from "@codex-ts-tools/model-server";
import { Bench } from "./support/cli.ts";
import { hasBwrap } from "./support/engines.ts";

let bench: Bench;
let origin: Server;
let port: number;
beforeEach(async () => {
  bench = new Bench();
  origin = createServer((_request, response) => response.end("reached")).listen(0, "127.0.0.1");
  await once(origin, "listening");
  ({ port } = origin.address() as AddressInfo);
});
afterEach(async () => {
  origin.close();
  await bench.close();
});

/** Asks for a URL through the proxy that the environment names, and prints status and body. */
const FETCH = `const proxy = new URL(process.env.HTTP_PROXY);
require("node:http").get({ host: proxy.hostname, port: proxy.port, path: process.argv[1], headers: { host: new URL(process.argv[1]).host } }, answer => {
  console.log(answer.statusCode);
  answer.pipe(process.stdout);
});`;

const profile = (network: string) => `default_permissions = "p"
[permissions.p.filesystem]
":root" = "read"
[permissions.p.network]
${network}`;

describe.runIf(hasBwrap())("sandbox linux with a permission profile that enables the network", () => {
  const run = (network: string, ...command: string[]) => {
    bench.config(profile(network));
    return bench.run(["sandbox", "linux", ...command]);
  };
  const fetch = (network: string, url: string) => run(network, process.execPath, "-e", FETCH, url);

  it("leads the command out through a proxy that knows the profile's hosts", async () => {
    const rules = 'enabled = true\ndomains = { "127.0.0.1" = "allow" }';
    expect(await fetch(rules, `http://127.0.0.1:${port}/`)).toMatchObject({ code: 0, stdout: "200\nreached" });
    const refused = await fetch(rules, "http://10.0.0.1/");
    expect(refused.stdout).toContain('403\n{"status":"blocked","host":"10.0.0.1","reason":"not_allowed_local"');
  });

  it("tells the command of the proxy, and not that the network is closed", async () => {
    const { stdout } = await run("enabled = true", "env");
    expect(stdout).toMatch(/^HTTPS_PROXY=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(stdout).toMatch(/^ALL_PROXY=socks5h:\/\/127\.0\.0\.1:\d+$/m);
    expect(stdout).toContain("CODEX_NETWORK_PROXY_ACTIVE=1\n");
    expect(stdout).not.toContain("CODEX_SANDBOX_NETWORK_DISABLED");
  });

  it("sets none of it where the network stays closed", async () => {
    const { stdout } = await run('enabled = false\ndomains = { "a.io" = "allow" }', "env");
    expect(stdout).toContain("CODEX_SANDBOX_NETWORK_DISABLED=1\n");
    expect(stdout).not.toContain("CODEX_NETWORK_PROXY_ACTIVE");
  });

  it.each([
    [
      'domains = { "a[.test" = "allow" }',
      "failed to start managed network proxy: failed to build network proxy state: invalid glob pattern: a[.test",
    ],
    [
      'unix_sockets = { "rel/sock" = "allow" }',
      "failed to start managed network proxy: failed to build network proxy state: invalid network.allow_unix_sockets[0]",
    ],
    [
      'domains = { "*" = "deny" }',
      "network proxy constraints are invalid: invalid value for network.denied_domains: * (allowed exact hosts or scoped wildcards like *.example.com or **.example.com)",
    ],
    ['mode = "open"', "unknown variant `open`, expected `limited` or `full`"],
    ['domains = { "a.io" = "none" }', "unknown variant `none`, expected `allow` or `deny`"],
    ['unix_sockets = { "/a" = "deny" }', "unknown variant `deny`, expected `allow` or `none`"],
  ])("ends with 1 for %s", async (line, text) => {
    const result = await run(`enabled = true\n${line}`, "true");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(text);
    expect(result.stderr).toMatch(/^Error: /);
  });
});

describe.runIf(hasBwrap())("exec with a permission profile that enables the network", () => {
  it("keeps the agent's commands to the proxy, with the bridge that stands beside the bundle", async () => {
    writeFileSync(
      `${bench.work}/fetch.cjs`,
      FETCH.replace("process.argv[1]", "process.argv[2]").replace("process.argv[1]", "process.argv[2]"),
    );
    const command = `${process.execPath} fetch.cjs http://127.0.0.1:${port}/`;
    const server = await bench.model(
      [{ items: [functionCall("shell_command", { command, timeout_ms: 60_000 }, "c1")] }, { text: "done" }],
      'default_permissions = "p"\n[permissions.p.filesystem]\n":root" = "read"\n[permissions.p.network]\nenabled = true\ndomains = { "127.0.0.1" = "allow" }',
    );
    const result = await bench.exec(["go"]);
    expect(result.code).toBe(0);
    expect(JSON.stringify(server.requests.at(-1)?.body)).toContain("200\\nreached");
  });
});

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NetworkRequirements } from "@codex-ts/config";
import { functionCall, type Script } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ApprovalSlots,
  type HookQuestion,
  refuseNetworkContradictions,
  type ReviewQuestion,
  type ThreadEvent,
} from "../src/index.ts";
import { type Listening, openWorld, outputs, type World } from "./harness.ts";

/** Commands behind a proxy need bubblewrap; without it nothing of this can run. */
const hasBwrap = (() => {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "--unshare-net", "/bin/true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

let world: World;
let upstream: Server;
let upstreamUrl: string;
let reached: string[];
beforeEach(async () => {
  reached = [];
  // Stands for the internet: the proxy goes out through it, and it answers for every host.
  upstream = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.end("from outside");
  }).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await world.close();
  upstream.close();
});

const FETCH = `import http from "node:http";
const proxy = new URL(process.env.HTTP_PROXY);
let left = process.argv.length - 2;
await Promise.all(process.argv.slice(2).map(url => new Promise(done => {
  const sent = () => --left || console.log("all sent");
  http.get({ host: proxy.hostname, port: proxy.port, path: url, headers: { host: new URL(url).host }, agent: false }, answer => {
    let text = "";
    answer.on("data", data => (text += data)).on("end", () => done(console.log(answer.statusCode + " " + (answer.statusCode === 200 ? text : ""))));
  }).on("finish", sent);
})));`;

const fetchCall = (id: string, ...urls: string[]) =>
  functionCall("shell_command", { command: `${process.execPath} fetch.mjs ${urls.join(" ")}`, timeout_ms: 60_000 }, id);

interface Options {
  requirements?: NetworkRequirements | null;
  config?: string;
  slots?: ApprovalSlots;
  rules?: string;
}

/** A thread whose commands reach the network through the managed proxy. */
async function start(script: Script, options: Options = {}): Promise<Listening> {
  world = await openWorld(script, {
    config: options.config ?? 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    runtime: {
      env: { PATH: process.env["PATH"], HOME: tmpdir(), HTTP_PROXY: upstreamUrl },
      ...(options.slots === undefined ? {} : { approvalSlots: options.slots }),
    },
  });
  await writeFile(join(world.cwd, "fetch.mjs"), FETCH);
  const { config, requirements } = await world.runtime.loadConfig({ cwd: world.cwd });
  const network =
    options.requirements === undefined ? { enabled: true, allowLocalBinding: true } : options.requirements;
  const source = { type: "system", file: "/etc/codex/requirements.toml" } as const;
  return world.start({
    config,
    requirements: { ...requirements, ...(network === null ? {} : { network: { value: network, source } }) },
  });
}

const questions = (events: readonly ThreadEvent[]) => events.filter(event => event.kind === "request");
const rules = () => readFile(join(world.home, "rules", "default.rules"), "utf8").catch(() => null);

const once1 = { items: [fetchCall("c1", "http://miss.io/")] };
const once2 = { items: [fetchCall("c2", "http://miss.io/")] };
const done = { text: "done" };
const URL_RAN = /200 from outside/;
const REJECTED = "exec command rejected by user";
const amendment = (host: string, action: "allow" | "deny") => ({
  decision: { applyNetworkPolicyAmendment: { network_policy_amendment: { host, action } } },
});

/** Two turns that ask for one host; gives the outputs of both commands and how often the client was asked. */
async function twice(
  listening: Listening,
): Promise<{ asked: number; first: unknown; second: unknown; events: ThreadEvent[] }> {
  const events = await listening.turn("go");
  const all = outputs(world.server.requests.at(-1)!.body);
  return { asked: questions(events).length, first: all["c1"], second: all["c2"], events };
}

describe.runIf(hasBwrap)("a command that wants to reach a host which no rule names", () => {
  test("is asked about with everything a client needs", async () => {
    const listening = await start([once1, done]);
    listening.answer = () => ({ decision: "accept" });
    const events = await listening.turn("go");
    expect(questions(events).map(({ method, params }) => ({ method, params }))).toEqual([
      {
        method: "item/commandExecution/requestApproval",
        params: {
          threadId: listening.thread.id,
          turnId: expect.any(String) as string,
          itemId: "network#http#miss.io#80",
          reason: "miss.io is not in the allowed_domains",
          networkApprovalContext: { host: "miss.io", protocol: "http" },
          proposedNetworkPolicyAmendments: [
            { host: "miss.io", action: "allow" },
            { host: "miss.io", action: "deny" },
          ],
          availableDecisions: [
            "accept",
            "acceptForSession",
            { applyNetworkPolicyAmendment: { network_policy_amendment: { host: "miss.io", action: "allow" } } },
            "cancel",
          ],
        },
      },
    ]);
    expect(outputs(world.server.requests.at(-1)!.body)["c1"]).toMatch(URL_RAN);
    expect(reached).toEqual(["http://miss.io/"]);
  });

  test.each<[number, string, unknown, { asked: number; first: unknown; second: unknown; rules: string | null }]>([
    [
      26,
      "accepted each time",
      { decision: "accept" },
      { asked: 2, first: expect.stringMatching(URL_RAN), second: expect.stringMatching(URL_RAN), rules: null },
    ],
    [
      27,
      "accepted for the session",
      { decision: "acceptForSession" },
      { asked: 1, first: expect.stringMatching(URL_RAN), second: expect.stringMatching(URL_RAN), rules: null },
    ],
    [28, "declined", { decision: "decline" }, { asked: 2, first: REJECTED, second: REJECTED, rules: null }],
    [
      29,
      "allowed for good",
      amendment("miss.io", "allow"),
      {
        asked: 1,
        first: expect.stringMatching(URL_RAN),
        second: expect.stringMatching(URL_RAN),
        rules:
          'network_rule(host="miss.io", protocol="http", decision="allow", justification="Allow http access to miss.io")\n',
      },
    ],
    [
      30,
      "denied for good",
      amendment("miss.io", "deny"),
      {
        asked: 1,
        first: REJECTED,
        second:
          'Network access to "miss.io" was blocked: domain is explicitly denied by policy and cannot be approved from this prompt.',
        rules:
          'network_rule(host="miss.io", protocol="http", decision="deny", justification="Deny http access to miss.io")\n',
      },
    ],
  ])("vector %i: %s", async (_id, _name, answer, expected) => {
    const listening = await start([once1, once2, done]);
    listening.answer = () => answer;
    const { asked, first, second } = await twice(listening);
    expect({ asked, first, second, rules: await rules() }).toEqual(expected);
  });

  test("vector 31: is refused without a question where nobody may be asked", async () => {
    const listening = await start([once1, done], { config: 'approval_policy = "never"\nsandbox_mode = "read-only"' });
    const { asked, first } = await twice(listening);
    expect({ asked, first }).toEqual({
      asked: 0,
      first: 'Network access to "miss.io" was blocked: domain is not on the allowlist for the current sandbox mode.',
    });
    expect(reached).toEqual([]);
  });

  test("vector 32: is told by the proxy alone where no requirements speak of the network", async () => {
    const profile = `approval_policy = "on-request"
default_permissions = "p"
[permissions.p.filesystem]
":root" = "read"
[permissions.p.network]
enabled = true
allow_local_binding = true`;
    const listening = await start([once1, done], { requirements: null, config: profile });
    const { asked, first } = await twice(listening);
    expect(asked).toBe(0);
    expect(first).toMatch(/Exit code: 0[^]*403/);
  });

  test("is refused without a question where only managed hosts count", async () => {
    const listening = await start([once1, done], {
      requirements: { enabled: true, allowLocalBinding: true, managedAllowedDomainsOnly: true },
    });
    expect((await twice(listening)).asked).toBe(0);
    expect(reached).toEqual([]);
  });

  test("ends the turn when the answer is cancel", async () => {
    const listening = await start([once1, done]);
    listening.answer = () => ({ decision: "cancel" });
    const events = await listening.turn("go");
    expect(events.at(-1)).toMatchObject({ method: "turn/completed", params: { turn: { status: "interrupted" } } });
    expect(reached).toEqual([]);
  });

  test("is asked about once, however many connections wait, and once more for another port", async () => {
    const urls = [...Array.from({ length: 5 }, () => "http://miss.io/"), "http://miss.io:81/"];
    const listening = await start([{ items: [fetchCall("c1", ...urls)] }, done]);
    listening.answer = request => {
      // Answered when every request of the command is on its way, and has had time to arrive.
      void listening
        .until(event => event.method === "item/commandExecution/outputDelta" && event.params.delta.includes("all sent"))
        .then(() => setTimeout(() => request.respond({ decision: "accept" }), 500));
      return undefined;
    };
    const events = await listening.turn("go");
    const ids = questions(events).map(({ params }) => Reflect.get(params, "itemId") as string);
    expect(ids.sort()).toEqual(["network#http#miss.io#80", "network#http#miss.io#81"]);
    expect(reached).toHaveLength(6);
  });

  test("is not asked about again once a rule names the host, and the model reads of the rule", async () => {
    const listening = await start([once1, done, once2, done]);
    listening.answer = () => amendment("MISS.io.", "allow");
    await listening.turn("go");
    const texts = JSON.stringify(world.server.requests.at(-1)!.body);
    expect(texts).toContain("Allowed network rule saved in execpolicy (allowlist): miss.io");
    expect(questions(await listening.turn("again"))).toEqual([]);
  });

  test("is let through for the session, with a warning, when the answer names another host", async () => {
    const listening = await start([once1, once2, done]);
    listening.answer = () => amendment("other.io", "allow");
    const { asked, second, events } = await twice(listening);
    expect({ asked, second, rules: await rules() }).toEqual({
      asked: 1,
      second: expect.stringMatching(URL_RAN) as string,
      rules: null,
    });
    expect(events.flatMap(event => (event.method === "warning" ? [event.params.message] : []))).toEqual([
      "Failed to apply network policy amendment: network policy amendment host 'other.io' does not match approved host 'miss.io'",
    ]);
  });

  test("obeys rules that were saved before", async () => {
    const saved = `network_rule(host="miss.io", protocol="https", decision="allow")\nnetwork_rule(host="bad.io", protocol="http", decision="deny")\n`;
    const listening = await start([once1, { items: [fetchCall("c2", "http://bad.io/")] }, done], { rules: saved });
    const { asked, first, second } = await twice(listening);
    expect(asked).toBe(0);
    expect(first).toMatch(URL_RAN);
    expect(second).toContain("domain is explicitly denied by policy");
  });

  test("cannot go around the proxy", async () => {
    const direct = `require("node:net").connect(${new URL(upstreamUrl).port}, "127.0.0.1").on("error", error => console.log(error.code)).on("connect", () => console.log("reached"))`;
    const listening = await start([
      { items: [functionCall("shell_command", { command: `${process.execPath} -e '${direct}'` }, "c1")] },
      done,
    ]);
    expect((await twice(listening)).first).toContain("ECONNREFUSED");
  });

  test("is also asked about when it was started to live on", async () => {
    const command = `${process.execPath} fetch.mjs http://miss.io/`;
    const listening = await start(
      [{ items: [functionCall("exec_command", { cmd: command, yield_time_ms: 30_000 }, "c1")] }, done],
      {
        config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"\n[features]\nunified_exec = true',
      },
    );
    listening.answer = () => ({ decision: "accept" });
    const events = await listening.turn("go");
    expect(questions(events)).toHaveLength(1);
    expect(outputs(world.server.requests.at(-1)!.body)["c1"]).toMatch(URL_RAN);
  });
});

test("the model is told of the hosts that requirements name, once", async () => {
  const network = { enabled: true, domains: { "b.io": "deny", "*.a.io": "allow" } } as const;
  const listening = await start([done, done], { requirements: network });
  await listening.turn("go");
  await listening.turn("again");
  const told = JSON.stringify(world.server.requests.at(-1)!.body).split("<network").slice(1);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^ enabled=\\"true\\">\\n {4}<allowed>\*\.a\.io<\/allowed>\\n {4}<denied>b\.io<\/denied>\\n {2}<\/network>\\n<\/environment_context>/,
  );
});

describe.runIf(hasBwrap)("before a person is asked about a host", () => {
  test("the hooks are, with the command and the target", async () => {
    const asked: HookQuestion[] = [];
    const listening = await start([once1, done], {
      slots: { permissionHook: question => Promise.resolve((asked.push(question), { type: "approved" as const })) },
    });
    const { asked: prompts, first } = await twice(listening);
    expect(prompts).toBe(0);
    expect(first).toMatch(URL_RAN);
    expect(asked).toEqual([
      {
        toolName: "Bash",
        toolInput: {
          command: `${process.execPath} fetch.mjs http://miss.io/`,
          description: "network-access http://miss.io:80",
        },
        runSuffix: "network#http#miss.io#80",
      },
    ]);
  });

  test("the hooks are once, however many connections wait for the answer", async () => {
    let asked = 0;
    const listening = await start(
      [{ items: [fetchCall("c1", "http://miss.io/a", "http://miss.io/b", "http://miss.io/c")] }, done],
      {
        slots: {
          permissionHook: async () => {
            asked++;
            await new Promise(resolve => setTimeout(resolve, 1500));
            return { type: "approved" };
          },
        },
      },
    );
    const { first } = await twice(listening);
    expect(String(first).match(/200 from outside/g)).toHaveLength(3);
    expect(asked).toBe(1);
  });

  test("the hooks are told of no command where several run that it could be of", async () => {
    const asked: HookQuestion[] = [];
    // Both run when the first of them asks.
    const later = (id: string) =>
      functionCall(
        "shell_command",
        { command: `sleep 3; ${process.execPath} fetch.mjs http://miss.io/`, timeout_ms: 60_000 },
        id,
      );
    const both = [later("c1"), later("c2")];
    const listening = await start([{ items: both }, done], {
      slots: {
        permissionHook: async question => {
          asked.push(question);
          await new Promise(resolve => setTimeout(resolve, 1500));
          return { type: "approved" };
        },
      },
    });
    const { first, second } = await twice(listening);
    expect([first, second]).toEqual([expect.stringMatching(URL_RAN), expect.stringMatching(URL_RAN)]);
    const command = "network-access http://miss.io:80";
    expect(asked.map(({ toolInput }) => toolInput)).toContainEqual({ command, description: command });
    expect(asked.every(({ toolInput }) => toolInput["command"] === command)).toBe(true);
  });

  test("a hook's refusal is final, in the proxy's words", async () => {
    const listening = await start([once1, done], {
      slots: { permissionHook: () => Promise.resolve({ type: "denied" as const, reason: "no net" }) },
    });
    const { asked, first } = await twice(listening);
    expect(asked).toBe(0);
    expect(first).toBe(
      'Network access to "miss.io" was blocked: domain is not on the allowlist for the current sandbox mode.',
    );
  });

  test("the automatic reviewer is, where approvals go to it", async () => {
    const reviewed: ReviewQuestion[] = [];
    const listening = await start([once1, done], {
      config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"\napprovals_reviewer = "guardian_subagent"',
      slots: { autoReviewer: question => Promise.resolve((reviewed.push(question), { type: "approved" as const })) },
    });
    const { asked, first } = await twice(listening);
    expect(asked).toBe(0);
    expect(first).toMatch(URL_RAN);
    expect(reviewed).toMatchObject([
      {
        action: {
          kind: "network_access",
          target: "http://miss.io:80",
          host: "miss.io",
          protocol: "http",
          port: 80,
          trigger: { callId: "c1", toolName: "shell_command" },
        },
        targetItemId: null,
        reason: 'Network access to "http://miss.io:80" was blocked by policy.',
      },
    ]);
  });
});

describe("a thread whose network policy contradicts itself", () => {
  test("is not started", async () => {
    world = await openWorld([done]);
    await expect(
      (async () => {
        const { config, requirements } = await world.runtime.loadConfig({ cwd: world.cwd });
        const network = {
          value: { domains: { "*": "allow" as const } },
          source: { type: "system" as const, file: "/etc/codex/requirements.toml" },
        };
        await world.start({ config, requirements: { ...requirements, network } });
      })(),
    ).rejects.toThrow(
      "failed to build managed network proxy from /etc/codex/requirements.toml: network proxy constraints are invalid: invalid value for network.allowed_domains: * (allowed",
    );
    expect(world.runtime.threads).toEqual([]);
  });

  test.each([
    [
      "of requirements",
      {},
      { domains: { "*": "deny" as const } },
      "failed to build managed network proxy from /etc/codex/requirements.toml: network proxy constraints are invalid: invalid value for network.denied_domains",
    ],
    [
      "of settings that enable no proxy",
      { domains: { "*": "deny" as const } },
      null,
      "network proxy constraints are invalid: invalid value for network.denied_domains",
    ],
    ["of neither", { domains: { "*": "allow" as const } }, { domains: { "a[.com": "allow" as const } }, null],
  ])("is refused before: that %s", async (_, settings, demands, why) => {
    world = await openWorld([done]);
    const { config } = await world.runtime.loadConfig({ cwd: world.cwd });
    const source = { type: "system" as const, file: "/etc/codex/requirements.toml" };
    const refused = refuseNetworkContradictions({
      config: { ...config, networkProxy: { enabled: false, unixSockets: {}, ...settings } as never },
      requirements: demands === null ? {} : { network: { value: demands, source } },
    });
    const told = await refused.then(
      () => null,
      (error: Error) => error.message.replace(/: \* \(allowed exact hosts.*$/, ""),
    );
    expect(told).toBe(why);
  });

  test("is told so where a name in it is no name", async () => {
    world = await openWorld([done]);
    const { config, requirements } = await world.runtime.loadConfig({ cwd: world.cwd });
    const network = {
      value: { enabled: true, unixSockets: { alpha: "allow" as const } },
      source: { type: "system" as const, file: "/etc/codex/requirements.toml" },
    };
    await expect(world.start({ config, requirements: { ...requirements, network } })).rejects.toThrow(
      "Fatal error: Failed to initialize session: failed to start managed network proxy: failed to build network proxy state: invalid network.allow_unix_sockets[0]",
    );
  });
});

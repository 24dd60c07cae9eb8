import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  ANALYTICS_TIMEOUT_MS,
  AnalyticsClient,
  analyticsBody,
  type AnalyticsEvent,
  analyticsUrl,
  type Fact,
  skillId,
  withoutUserinfo,
} from "../src/index.ts";
import { completed, initialize, resolved, review, threadStarted, turnFacts, turnRequest, usage } from "./support.ts";

const tracking = { threadId: "T", turnId: "U", modelSlug: "m" };
const hook: Fact = { kind: "hookRun", tracking, hookName: "Stop", hookSource: "user", status: "completed" };

/** A client and what it sent, request by request. */
function recorded(options: { enabled?: boolean; general?: boolean } = {}) {
  const requests: string[][] = [];
  const warnings: string[] = [];
  const client = new AnalyticsClient({
    enabled: options.enabled ?? true,
    general: options.general ?? true,
    send: async events => void requests.push(events.map(({ event_type }) => event_type)),
    warn: message => warnings.push(message),
  });
  return { client, requests, warnings };
}

describe("the client", () => {
  it("sends the events of each fact in a request of their own, in order", async () => {
    const { client, requests } = recorded();
    for (const fact of [...turnFacts.slice(0, -1), hook, completed]) client.track(fact);
    await client.idle();
    expect(requests).toEqual([["codex_thread_initialized"], ["codex_hook_run"], ["codex_turn_event"]]);
  });

  it("does nothing while `track` runs", async () => {
    const { client, requests } = recorded();
    client.track(hook);
    expect(requests).toEqual([]);
    await client.idle();
    expect(requests).toHaveLength(1);
  });

  it("builds, keeps and sends nothing when it is off", async () => {
    let touched = 0;
    const server = createServer(() => touched++).on("connection", () => touched++);
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    const url = analyticsUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const client = new AnalyticsClient({
      enabled: false,
      send: async events => void (await fetch(url, { method: "POST", body: analyticsBody(events) })),
    });
    const untouchable = new Proxy(hook, {
      get: (target, name) => {
        if (name !== "kind") throw new Error("a fact was looked into");
        return target.kind;
      },
    });
    for (const fact of [...turnFacts, hook]) client.track(fact);
    client.track(untouchable);
    expect(client.wants("hookRun")).toBe(false);
    await client.idle();
    await new Promise<void>(resolve => server.close(() => resolve()));
    expect(touched).toBe(0);
  });

  it("keeps to hooks, skills, apps and plugins when general analytics are off", async () => {
    const { client, requests } = recorded({ general: false });
    for (const fact of [...turnFacts, hook, { kind: "guardianReview", review } as Fact]) client.track(fact);
    await client.idle();
    expect(requests).toEqual([["codex_hook_run"]]);
    for (const { kind } of [initialize, turnRequest, threadStarted, resolved]) expect(client.wants(kind)).toBe(false);
    for (const { kind } of [usage, completed, hook]) expect(client.wants(kind)).toBe(true);
  });

  it("drops what does not fit, says so, and goes on", async () => {
    const sent: readonly AnalyticsEvent[][] = [];
    const warnings: string[] = [];
    let release = () => {};
    const held = new Promise<void>(resolve => (release = resolve));
    const client = new AnalyticsClient({
      enabled: true,
      send: async events => {
        (sent as AnalyticsEvent[][]).push([...events]);
        await held;
      },
      warn: message => warnings.push(message),
    });
    client.track(hook);
    await new Promise(resolve => setImmediate(resolve));
    for (let n = 0; n < 300; n++) client.track(hook);
    expect(warnings).toHaveLength(300 - 256);
    expect(new Set(warnings)).toEqual(new Set(["dropping analytics events: queue is full"]));
    release();
    await client.idle();
    expect(sent).toHaveLength(257);
  });

  it("goes on after a request that failed, without a second try", async () => {
    const warnings: string[] = [];
    let calls = 0;
    const client = new AnalyticsClient({
      enabled: true,
      send: async () => {
        calls++;
        throw new Error("events failed with status 500: no");
      },
      warn: message => warnings.push(message),
    });
    client.track(hook);
    client.track(hook);
    await client.idle();
    expect(calls).toBe(2);
    expect(warnings).toEqual(Array(2).fill("events failed with status 500: no"));
  });

  it("tells a use of an app or a plugin once a turn; one without a connector always (D19)", async () => {
    const app = (turnId: string, connectorId: string | null): Fact => ({
      kind: "appUsed",
      tracking: { ...tracking, turnId },
      productClientId: "p",
      app: { connectorId, appName: null, invokeType: "implicit" },
    });
    const plugin = (turnId: string): Fact => ({
      kind: "pluginUsed",
      tracking: { ...tracking, turnId },
      productClientId: "p",
      plugin: { pluginName: "a", marketplaceName: "m", hasSkills: true, mcpServerCount: 1, connectorIds: [] },
    });
    const { client, requests } = recorded();
    for (const fact of [app("U", "c"), app("U", "c"), app("V", "c"), app("U", null), app("U", null)])
      client.track(fact);
    for (const fact of [plugin("U"), plugin("U"), plugin("V")]) client.track(fact);
    await client.idle();
    expect(requests.flat()).toEqual([
      ...Array<string>(4).fill("codex_app_used"),
      ...Array<string>(2).fill("codex_plugin_used"),
    ]);
  });

  it("forgets what it told when it remembers too much", async () => {
    const { client, requests } = recorded();
    const use = (n: number): Fact => ({
      kind: "appUsed",
      tracking,
      productClientId: "p",
      app: { connectorId: `c${n}`, appName: null, invokeType: null },
    });
    for (let n = 0; n < 4096; n++) {
      client.track(use(n));
      if (n % 200 === 0) await client.idle();
    }
    client.track(use(0));
    await client.idle();
    expect(requests).toHaveLength(4096);
    client.track(use(4096));
    client.track(use(0));
    await client.idle();
    expect(requests).toHaveLength(4098);
  });

  it("takes no empty list for a fact, and tells of every skill and app in one request", async () => {
    const { client, requests } = recorded();
    client.track({ kind: "skillsInvoked", tracking, productClientId: "p", skills: [] });
    client.track({ kind: "appsMentioned", tracking, productClientId: "p", apps: [] });
    const skill = {
      skillId: "i",
      skillName: "n",
      skillScope: "repo",
      repoUrl: null,
      invokeType: "explicit",
    } as const;
    client.track({ kind: "skillsInvoked", tracking, productClientId: "p", skills: [skill, skill] });
    const app = { connectorId: null, appName: "a", invokeType: null };
    client.track({ kind: "appsMentioned", tracking, productClientId: "p", apps: [app, app] });
    await client.idle();
    expect(requests).toEqual([
      ["skill_invocation", "skill_invocation"],
      ["codex_app_mentioned", "codex_app_mentioned"],
    ]);
  });
});

describe("what is sent", () => {
  it("goes to the backend's address, whatever slashes it ends with", () => {
    const url = "https://chatgpt.com/backend-api/codex/analytics-events/events";
    expect(analyticsUrl("https://chatgpt.com/backend-api/")).toBe(url);
    expect(analyticsUrl("https://chatgpt.com/backend-api")).toBe(url);
    expect(ANALYTICS_TIMEOUT_MS).toBe(10_000);
  });

  it("has skills and plugins in the shape of the backend", async () => {
    const events: AnalyticsEvent[] = [];
    const client = new AnalyticsClient({ enabled: true, send: async sent => void events.push(...sent) });
    const plugin = { pluginName: "a", marketplaceName: "m", hasSkills: null, mcpServerCount: 2, connectorIds: ["c"] };
    client.track({
      kind: "skillsInvoked",
      tracking,
      productClientId: "p",
      skills: [{ skillId: "i", skillName: "n", skillScope: "user", repoUrl: null, invokeType: "implicit" }],
    });
    client.track({ kind: "pluginUsed", tracking, productClientId: "p", plugin });
    client.track({ kind: "pluginState", state: "installed", productClientId: "p", plugin });
    await client.idle();
    const fields = {
      plugin_id: "a@m",
      plugin_name: "a",
      marketplace_name: "m",
      has_skills: null,
      mcp_server_count: 2,
      connector_ids: ["c"],
      product_client_id: "p",
    };
    expect(events).toEqual([
      {
        event_type: "skill_invocation",
        skill_id: "i",
        skill_name: "n",
        event_params: {
          product_client_id: "p",
          skill_scope: "user",
          repo_url: null,
          thread_id: "T",
          invoke_type: "implicit",
          model_slug: "m",
        },
      },
      {
        event_type: "codex_plugin_used",
        event_params: { ...fields, thread_id: "T", turn_id: "U", model_slug: "m" },
      },
      { event_type: "codex_plugin_installed", event_params: fields },
    ]);
  });

  it("names a skill by where it is", () => {
    const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");
    const repo = { url: "https://example.com/r.git", root: "/r" };
    const path = "/r/skills/a/SKILL.md";
    expect(skillId({ name: "a", path, repo }, sha1)).toBe(sha1("repo_https://example.com/r.git_skills/a/SKILL.md_a"));
    expect(skillId({ name: "a", path: "/else/SKILL.md", repo }, sha1)).toBe(
      sha1("repo_https://example.com/r.git_/else/SKILL.md_a"),
    );
    expect(skillId({ name: "a", path: "C:\\s\\SKILL.md", repo: null }, sha1)).toBe(sha1("personal_C:/s/SKILL.md_a"));
  });

  it("has no name or password of a remote", () => {
    expect(withoutUserinfo("https://user:token@example.com/r.git")).toBe("https://example.com/r.git");
    expect(withoutUserinfo("https://token@example.com/a@b")).toBe("https://example.com/a@b");
    expect(withoutUserinfo("https://example.com/a@b")).toBe("https://example.com/a@b");
    expect(withoutUserinfo("git@example.com:r.git")).toBe("git@example.com:r.git");
  });
});

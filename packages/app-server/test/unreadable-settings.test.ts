import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

/** A world whose settings are exchanged while its server runs. */
async function worldOf(settings?: string) {
  const world = await World.create();
  const client = await world.client();
  const file = path.join(world.home, "config.toml");
  if (settings !== undefined) writeFileSync(file, settings);
  const call = async (method: string, params: Json = {}): Promise<unknown> => {
    const answer = await client.request(method, params);
    const { error } = answer as { error?: { code: number; message: string } };
    return error === undefined ? answer["result"] : `${error.code} ${error.message.replaceAll(world.home, "HOME")}`;
  };
  return { call, file, write: (text: string) => writeFileSync(file, text) };
}

describe("where settings do not load", () => {
  const why = "HOME/config.toml:1:9: invalid type: integer `1`, expected a string";

  it.each<[string, Json]>([
    ["experimentalFeature/list", { cursor: "x" }],
    ["mcpServerStatus/list", { cursor: "x" }],
    ["mcpServer/resource/read", { server: "s", uri: "u" }],
    ["mcpServer/oauth/login", { name: "s" }],
    ["config/mcpServer/reload", {}],
    ["app/list", { threadId: "x" }],
    ["plugin/list", {}],
    ["plugin/read", { marketplacePath: "/nowhere", pluginName: "p" }],
    ["plugin/install", { remoteMarketplaceName: "r", pluginName: "p" }],
    ["marketplace/upgrade", { marketplaceName: "m" }],
    ["skills/list", {}],
  ])("%s says so", async (method, params) => {
    const { call } = await worldOf("model = 1\n");
    expect(await call(method, params)).toBe(`-32603 failed to reload config: ${why}`);
  });

  it("a feature is switched nevertheless, and the client told that it is not known what holds", async () => {
    const { call, write } = await worldOf("model = 1\n");
    expect(await call("experimentalFeature/enablement/set", { enablement: { memories: true } })).toBe(
      `-32603 failed to resolve feature override precedence: ${why}`,
    );
    expect(await call("experimentalFeature/enablement/set", { enablement: {} })).toEqual({ enablement: {} });
    write("");
    const { data } = (await call("experimentalFeature/list")) as { data: { name: string; enabled: boolean }[] };
    expect(data.find(({ name }) => name === "memories")).toMatchObject({ enabled: true, defaultEnabled: false });
  });

  it("what changes the file shows the mistake of form", async () => {
    const { call } = await worldOf("model = \n");
    const shown =
      "TOML parse error at line 1, column 9\n  |\n1 | model = \n  |         ^\nstring values must be quoted, expected literal string\n";
    expect(await call("skills/config/write", { name: "x", enabled: false })).toBe(
      `-32603 failed to update skill settings: ${shown}`,
    );
    expect(await call("plugin/uninstall", { pluginId: "a@b" })).toBe(`-32603 failed to clear plugin config: ${shown}`);
    expect(await call("marketplace/remove", { marketplaceName: "m" })).toBe(
      `-32603 failed to remove marketplace 'm' from user config.toml: ${shown}`,
    );
  });
});

describe("plugins and marketplaces", () => {
  it("that are set are forgotten", async () => {
    const { call, file } = await worldOf('[plugins."a@b"]\nenabled = true\n\n[marketplaces.m]\nsource = "/x"\n');
    expect(await call("plugin/uninstall", { pluginId: "a@b" })).toEqual({});
    expect(await call("marketplace/remove", { marketplaceName: "m" })).toEqual({
      marketplaceName: "m",
      installedRoot: null,
    });
    expect(readFileSync(file, "utf8").trim()).toBe("");
    expect(await call("marketplace/remove", { marketplaceName: "m" })).toBe(
      "-32600 marketplace `m` is not configured or installed",
    );
  });

  it.each([
    ["a", "invalid plugin key `a`; expected <plugin>@<marketplace>"],
    ["a@", "invalid plugin key `a@`; expected <plugin>@<marketplace>"],
    ["a@b@c", "invalid plugin name: only ASCII letters, digits, `_`, and `-` are allowed in `a@b@c`"],
    ["a@b c", "invalid marketplace name: only ASCII letters, digits, `_`, and `-` are allowed in `a@b c`"],
  ])("%j is no plugin", async (pluginId, reason) => {
    const { call } = await worldOf();
    expect(await call("plugin/uninstall", { pluginId })).toBe(`-32600 ${reason}`);
  });

  it("that are nowhere are not found, for the first reason that holds", async () => {
    const { call, write } = await worldOf();
    const local = { marketplacePath: "/nowhere/at/all", pluginName: "p" };
    const remote = { remoteMarketplaceName: "r", pluginName: "p" };
    const missing = "-32600 marketplace file `/nowhere/at/all` does not exist";
    expect(await call("plugin/read", local)).toBe(missing);
    expect(await call("plugin/install", local)).toBe(missing);
    expect(await call("plugin/read", remote)).toBe("-32600 remote plugin read is not enabled for marketplace r");
    expect(await call("plugin/install", remote)).toBe("-32600 remote plugin install is not enabled for marketplace r");
    expect(await call("plugin/read", { pluginName: "p" })).toBe(
      "-32600 plugin/read requires exactly one of marketplacePath or remoteMarketplaceName",
    );
    write("[features]\nplugins = false\n");
    expect(await call("plugin/read", local)).toBe("-32600 plugins feature is disabled");
    expect(await call("plugin/install", local)).toBe(missing);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  groupToolsByServer,
  qualifiedMcpToolNamePrefix,
  qualifyTools,
  slug,
  splitQualifiedToolName,
  type ToolInfo,
} from "../src/index.ts";
import { appToolName, toolNames } from "../src/names/app-names.ts";

function info(server: string, tool: string): ToolInfo {
  return {
    serverName: server,
    callableName: tool,
    callableNamespace: `mcp__${server}__`,
    serverInstructions: null,
    tool: { name: tool, inputSchema: { type: "object" } },
    connectorId: null,
    connectorName: null,
    connectorDescription: null,
    pluginDisplayNames: [],
  };
}

function names(tools: ToolInfo[]): Record<string, string> {
  return Object.fromEntries(
    qualifyTools(tools).map(tool => [
      `${tool.serverName}/${tool.tool.name}`,
      `${tool.callableNamespace} ${tool.callableName}`,
    ]),
  );
}

const t = (count: number, letter = "t") => letter.repeat(count);

describe("names of tools", () => {
  it.each<[string, ToolInfo[], Record<string, string>]>([
    [
      "tools that sanitise to one name",
      ["p.q", "p q", "p-q", "p:q"].map(tool => info("srv", tool)),
      {
        "srv/p.q": "mcp__srv__ p_q_0cbdbbf90efd",
        "srv/p q": "mcp__srv__ p_q_14cfa1037037",
        "srv/p-q": "mcp__srv__ p_q_b5d6933bdfe2",
        "srv/p:q": "mcp__srv__ p_q_678b29b99e60",
      },
    ],
    ["a name of exactly 64", [info("srv", t(54))], { [`srv/${t(54)}`]: `mcp__srv__ ${t(54)}` }],
    [
      "a name that is too long",
      [info("srv", t(90, "u"))],
      { [`srv/${t(90, "u")}`]: `mcp__srv__ ${t(41, "u")}_ac1e2def1701` },
    ],
    [
      "names without a letter",
      [info("srv", "!"), info("srv", "é")],
      { "srv/!": "mcp__srv__ __714d2932a23a", "srv/é": "mcp__srv__ __bd04905c90d9" },
    ],
    [
      "servers that sanitise to one name",
      [info("x-y", "echo"), info("x_y", "echo")],
      { "x-y/echo": "mcp__x_y_f2458f0a6ec2__ echo", "x_y/echo": "mcp__x_y_234a2bd436e6__ echo" },
    ],
    [
      "a server whose name leaves no room",
      [info(t(56, "s"), "echo")],
      { [`${t(56, "s")}/echo`]: `mcp__${t(46, "s")} _744a4223e925` },
    ],
  ])("tell apart %s", (_what, tools, expected) => {
    expect(names(tools)).toEqual(expected);
    expect(names([...tools].reverse())).toEqual(expected);
  });

  it("cut two long names to one stem, each with its own hash", () => {
    const found = Object.values(names([info("srv", t(55)), info("srv", t(56))]));
    expect(found.sort()).toEqual([`mcp__srv__ ${t(41)}_14bd4e88d73c`, `mcp__srv__ ${t(41)}_a26f1846a1b5`]);
  });

  it("keep one of two tools with the same name", () => {
    expect(qualifyTools([info("srv", "a"), info("srv", "a")])).toHaveLength(1);
  });

  it("are unique, short and plain, whatever the servers call their tools", () => {
    const pair = fc.tuple(fc.string({ minLength: 1, maxLength: 80 }), fc.string({ maxLength: 100 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 40 }), pairs => {
        const tools = pairs.map(([server, tool]) => info(server, tool));
        const given = qualifyTools(tools).map(tool => `${tool.callableNamespace}${tool.callableName}`);
        expect(new Set(given).size).toBe(given.length);
        for (const name of given) expect(name).toMatch(/^[A-Za-z0-9_]{1,64}$/);
      }),
      { numRuns: 60 },
    );
  });

  it("are taken apart and regrouped", () => {
    expect(qualifiedMcpToolNamePrefix("my-srv")).toBe("mcp__my_srv__");
    expect(splitQualifiedToolName("mcp__a__b__c")).toEqual({ server: "a", tool: "b__c" });
    for (const other of ["mcp__a__", "mcp__a", "x__a__b", "mcp"]) expect(splitQualifiedToolName(other)).toBeNull();
    expect(groupToolsByServer({ mcp__a__x: 1, mcp__a__y: 2, mcp__b__x: 3, other: 4 })).toEqual({
      a: { x: 1, y: 2 },
      b: { x: 3 },
    });
  });

  it("of apps are slugs", () => {
    expect([slug("Google Calendar!"), slug("  "), slug("A-B")]).toEqual(["google_calendar", "app", "a_b"]);
  });

  it.each([
    ["calendar_list", "Calendar", "conn-1", "_list"],
    ["Calendar List", "Calendar", null, "_list"],
    ["conn_1_list", "Calendar", "conn-1", "_list"],
    ["calendar", "Calendar", null, "calendar"],
    ["list", null, null, "list"],
  ])("of the app's tool %j (%j, %j) are %j", (tool, name, id, expected) => {
    expect(appToolName(tool, name, id)).toBe(expected);
  });

  it("of apps are theirs only on the server of apps", () => {
    const tool = {
      name: "google_mail_send",
      title: "Google Mail_Send",
      inputSchema: {},
      _meta: { connector_id: "c", connector_name: " Google Mail " },
    };
    expect(toolNames("codex_apps", tool)).toMatchObject({
      callableName: "_send",
      callableNamespace: "mcp__codex_apps__google_mail",
      connectorId: "c",
      connectorName: "Google Mail",
      tool: { name: "google_mail_send", title: "Send" },
    });
    expect(toolNames("codex_apps", { ...tool, _meta: null })).toMatchObject({ callableNamespace: "mcp__codex_apps__" });
    expect(toolNames("fx", tool)).toEqual({
      callableName: "google_mail_send",
      callableNamespace: "mcp__fx__",
      tool,
      connectorId: null,
      connectorName: null,
      connectorDescription: null,
    });
  });
});

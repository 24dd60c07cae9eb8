import { readFileSync } from "node:fs";
import path from "node:path";
import {
  addMcpServer,
  checkMcpServerName,
  ConfigEdits,
  findMcpServer,
  formatMcpList,
  formatMcpServer,
  loadGlobalMcpServers,
  mcpGetJson,
  mcpListJson,
  newMcpServer,
  parseMcpEnv,
  removeMcpServer,
} from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, world } from "./helpers.ts";

const RICH = `[mcp_servers.a]
command="c"
args=["x","y z"]
env={B="1",A="2"}
env_vars=["Q",{name="P",source="remote"}]
enabled_tools=[]
startup_timeout_sec=1.5
tool_timeout_sec=2
default_tools_approval_mode="prompt"
[mcp_servers.h]
url="http://127.0.0.1:1/x"
http_headers={B="1",A="2"}
env_http_headers={D="E",C="F"}
disabled_tools=["a","b"]
[mcp_servers.d]
command="x"
enabled=false
`;
const servers = async (toml: string) => (await world({ "home/config.toml": toml }).load()).config.mcpServers;
const none = () => "unsupported" as const;

describe("mcp list and get", () => {
  it("print two tables with masked values", async () => {
    expect(formatMcpList(await servers(RICH), none)).toBe(
      [
        "Name  Command  Args   Env                                 Cwd  Status    Auth       ",
        "a     c        x y z  A=*****, B=*****, Q=*****, P=*****  -    enabled   Unsupported",
        "d     x        -      -                                   -    disabled  Unsupported",
        "",
        "Name  Url                   Bearer Token Env Var  Status   Auth       ",
        "h     http://127.0.0.1:1/x  -                     enabled  Unsupported",
        "",
      ].join("\n"),
    );
    expect(formatMcpList({}, none)).toBe("No MCP servers configured yet. Try `codex mcp add my-tool -- my-command`.\n");
  });

  it("print one server as a block", async () => {
    const all = await servers(RICH);
    expect(formatMcpServer("a", findMcpServer(all, "a"))).toBe(
      "a\n  enabled: true\n  enabled_tools: []\n  transport: stdio\n  command: c\n  args: x y z\n  cwd: -\n  env: A=*****, B=*****, Q=*****, P=*****\n  startup_timeout_sec: 1.5\n  tool_timeout_sec: 2\n  default_tools_approval_mode: prompt\n  remove: codex mcp remove a\n",
    );
    expect(formatMcpServer("h", findMcpServer(all, "h"))).toBe(
      "h\n  enabled: true\n  disabled_tools: a, b\n  transport: streamable_http\n  url: http://127.0.0.1:1/x\n  bearer_token_env_var: -\n  http_headers: A=*****, B=*****\n  env_http_headers: C=F, D=E\n  remove: codex mcp remove h\n",
    );
    expect(formatMcpServer("d", findMcpServer(all, "d"))).toBe("d (disabled)\n");
    expect(() => findMcpServer(all, "toString")).toThrow("No MCP server named 'toString' found.");
  });

  it("give JSON with null for what is unset", async () => {
    const all = await servers(RICH);
    expect(mcpListJson(all, none)).toMatchObject([
      {
        name: "a",
        transport: { type: "stdio", env_vars: ["Q", { name: "P", source: "remote" }], cwd: null },
        auth_status: "unsupported",
      },
      { name: "d", enabled: false, disabled_reason: null, transport: { env: null, args: [] } },
      { name: "h", transport: { type: "streamable_http", bearer_token_env_var: null } },
    ]);
    expect(mcpGetJson("h", findMcpServer(all, "h"))).toEqual({
      name: "h",
      enabled: true,
      disabled_reason: null,
      transport: {
        type: "streamable_http",
        url: "http://127.0.0.1:1/x",
        bearer_token_env_var: null,
        http_headers: { B: "1", A: "2" },
        env_http_headers: { D: "E", C: "F" },
      },
      enabled_tools: null,
      disabled_tools: ["a", "b"],
      startup_timeout_sec: null,
      tool_timeout_sec: null,
    });
  });
});

describe("mcp add and remove", () => {
  it("check names and environment entries", () => {
    checkMcpServerName("a-B_3");
    expect(() => checkMcpServerName("a b")).toThrow("invalid server name 'a b' (use letters, numbers, '-', '_')");
    expect(parseMcpEnv(["A=1", "B=x=y", "C="])).toEqual({ A: "1", B: "x=y", C: "" });
    expect(() => parseMcpEnv(["=x"])).toThrow("environment entries must be in KEY=VALUE form");
    expect(() => parseMcpEnv(["x"])).toThrow("environment entries must be in KEY=VALUE form");
  });

  it("rewrite the entries that change in the fixed order of keys", async () => {
    const { home } = world({
      "home/config.toml": `# mine
model = "m" # stays

[mcp_servers.r]
name = "zz"
tool_timeout_sec = 2
command = "c"
startup_timeout_ms = 1500
env_vars = ["P", { name = "Q", source = "remote" }]
env = { B = "1", A = "2" }
disabled_tools = []
future = true
[mcp_servers.r.tools.z]
approval_mode = "approve"
[mcp_servers.r.tools.b]

[tui]
theme = "x"
`,
    });
    await addMcpServer({ codexHome: home, env: {} }, "n", newMcpServer({ command: ["nc", "-l"] }));
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(`# mine
model = "m" # stays

[mcp_servers.r]
command = "c"
env_vars = ["P", { name = "Q", source = "remote" }]
startup_timeout_sec = 1.5
tool_timeout_sec = 2.0

[mcp_servers.r.env]
A = "2"
B = "1"

[mcp_servers.r.tools.b]

[mcp_servers.r.tools.z]
approval_mode = "approve"

[mcp_servers.n]
command = "nc"
args = ["-l"]

[tui]
theme = "x"
`);
    const again = await loadGlobalMcpServers(home);
    expect(again["r"]).toMatchObject({
      startupTimeoutSec: 1.5,
      tools: { z: { approvalMode: "approve" }, b: { approvalMode: null } },
    });
  });

  it("leave the file alone when there is nothing to remove, and take the table with the last server", async () => {
    const text = '[mcp_servers.a]\ncommand = "c"\n\n[tui]\ntheme = "x"\n';
    const { home } = world({ "home/config.toml": text });
    expect(await removeMcpServer({ codexHome: home, env: {} }, "b")).toBe(false);
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(text);
    expect(await removeMcpServer({ codexHome: home, env: {} }, "a")).toBe(true);
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe('\n[tui]\ntheme = "x"\n');
  });

  it("keep inline entries inline, with their comments", async () => {
    const { home } = world({
      "home/config.toml": '[mcp_servers]\na = { command = "c" } # one\nb = { command = "d" } # two\n',
    });
    const { a } = await loadGlobalMcpServers(home);
    await new ConfigEdits(home).replaceMcpServers({ a: { ...(a as NonNullable<typeof a>), enabled: false } }).apply();
    expect(readFileSync(path.join(home, "config.toml"), "utf8")).toBe(
      '[mcp_servers]\na = { command = "c", enabled = false } # one\n',
    );
  });

  it("refuse a token in the file", async () => {
    const { home } = world({ "home/config.toml": '[mcp_servers.x]\nurl = "http://x"\nbearer_token = "s3cret"\n' });
    const error = await failure(loadGlobalMcpServers(home));
    expect(error.message).toContain("mcp_servers.x uses unsupported `bearer_token`; set `bearer_token_env_var`.");
    expect(error.message).not.toContain("s3cret");
  });
});

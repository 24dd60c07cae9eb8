import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerScript } from "@codex-ts-tools/mcp-servers";
import { describe, expect, it } from "vitest";
import {
  collectMcpServerStatusSnapshot,
  credentialStore,
  errorChain,
  errorReport,
  qualifiedMcpToolNamePrefix,
} from "../src/index.ts";
import { allPages } from "../src/connection/pages.ts";
import { spawnServer } from "../src/connection/server-process.ts";
import { folder, start, stdio, textOf, until } from "./harness.ts";

async function failure(work: Promise<unknown>): Promise<string[]> {
  return work.then(
    () => ["(no failure)"],
    (error: unknown) => errorChain(error),
  );
}

describe("starting servers", () => {
  it("tells of each server how its start goes, and of all of them at the end", async () => {
    const summaries: unknown[] = [];
    const { manager, updates } = start(
      { a: stdio(), b: stdio({ exitAtOnce: 1 }), off: stdio({}, { enabled: false }) },
      { onStartupComplete: summary => summaries.push(summary) },
    );
    const summary = await manager.summary();
    expect(updates.slice(0, 2).map(({ server, status }) => `${server} ${status}`)).toEqual([
      "a starting",
      "b starting",
    ]);
    expect(summary).toEqual({
      ready: ["a"],
      failed: [
        {
          server: "b",
          error:
            "MCP client for `b` failed to start: MCP startup failed: handshaking with MCP server failed: connection closed: initialize response",
        },
      ],
      cancelled: [],
    });
    expect(summaries).toEqual([summary]);
  });

  it.each([
    [
      "a program that is not there",
      { ...stdio(), transport: { ...stdio().transport, command: "/no/such/program" } },
      "No such file or directory (os error 2)",
    ],
    [
      "a refusal",
      stdio({ initError: { code: -32603, message: "init refused" } }),
      "handshaking with MCP server failed: JSON-RPC error: -32603: init refused",
    ],
    [
      "an environment that nobody knows",
      stdio({}, { experimentalEnvironment: "moon" }),
      "unsupported experimental_environment `moon` for MCP server `x`",
    ],
    [
      "a remote environment",
      stdio({}, { experimentalEnvironment: "remote" }),
      "remote MCP server `x` requires a remote executor environment",
    ],
  ] as const)("says why %s stopped it", async (_what, server, cause) => {
    const { manager } = start({ x: server as ReturnType<typeof stdio> });
    const { failed } = await manager.summary();
    expect(failed).toEqual([
      { server: "x", error: `MCP client for \`x\` failed to start: MCP startup failed: ${cause}` },
    ]);
  });

  it("gives up on a server that never answers, after its own time, and says how to give it more", async () => {
    const { manager } = start({ x: stdio({ silent: true }, { startupTimeoutSec: 0.7 }), ok: stdio() });
    const { failed, ready } = await manager.summary();
    expect(ready).toEqual(["ok"]);
    expect(failed[0]?.error).toBe(
      "MCP client for `x` timed out after 0 seconds. Add or adjust `startup_timeout_sec` in your config.toml:\n[mcp_servers.x]\nstartup_timeout_sec = XX",
    );
  });

  it("refuses a name that could not be a tool's", async () => {
    const { manager } = start({ "a b": stdio() });
    expect((await manager.summary()).failed[0]?.error).toContain(
      "Invalid MCP server name 'a b': must match pattern ^[a-zA-Z0-9_-]+$",
    );
  });

  it("lets a required server that failed stop the session, in order of names", async () => {
    const gone = { ...stdio({}, { required: true }), transport: { ...stdio().transport, command: "/no/such" } };
    const { manager } = start({
      z: gone as ReturnType<typeof stdio>,
      a: stdio({ exitAtOnce: 3 }, { required: true }),
      c: stdio(),
    });
    await expect(manager.requireServers()).rejects.toThrow(
      "required MCP servers failed to initialize: a: handshaking with MCP server failed: connection closed: initialize response; z: No such file or directory (os error 2)",
    );
  });

  it("cancels servers that are still starting", async () => {
    const { manager } = start({ slow: stdio({ silent: true }) });
    await until(() => manager.serverNames.length > 0);
    await manager.cancelStartup();
    expect(await manager.summary()).toEqual({ ready: [], failed: [], cancelled: ["slow"] });
  });

  it("shakes hands in the words of the protocol, and asks for one page of tools", async () => {
    const logFile = join(await folder(), "log");
    const { manager } = start({ x: stdio({ logFile, pages: true }) });
    expect(await manager.listAllTools()).toHaveLength(1);
    const said = (await readFile(logFile, "utf8"))
      .trim()
      .split("\n")
      .map(line => JSON.parse(line) as unknown);
    expect(said).toEqual([
      {
        jsonrpc: "2.0",
        id: 0,
        method: "initialize",
        params: {
          protocolVersion: "2025-06-18",
          capabilities: { elicitation: { form: {} } },
          clientInfo: { name: "codex-mcp-client", title: "Codex", version: "0.0.0-test" },
        },
      },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: { progressToken: 0 } } },
    ]);
  });
});

describe("a server's process", () => {
  it("sees the short list of variables, those it is given and those that are copied for it", async () => {
    const env = {
      PATH: process.env["PATH"],
      HOME: "/h",
      LANG: "C",
      TZ: "UTC",
      TMPDIR: "/tmp",
      KEEP_ME: "1",
      DROP_ME: "1",
    };
    const { manager } = start(
      { x: stdio({ tools: ["env"] }, { envVars: ["KEEP_ME", "NOT_SET"], env: { HOME: "/over" } }) },
      { env },
    );
    const seen = JSON.parse(textOf(await manager.callTool("x", "env", {}))) as Record<string, string>;
    expect(Object.keys(seen).sort()).toEqual(["HOME", "KEEP_ME", "LANG", "PATH", "TMPDIR", "TZ"]);
    expect(seen["HOME"]).toBe("/over");
  });

  it("runs in its own folder, else in the session's", async () => {
    const [own, session] = [await folder(), await folder()];
    const { manager } = start(
      { a: stdio({ tools: ["cwd"] }, { cwd: own }), b: stdio({ tools: ["cwd"] }) },
      { cwd: session },
    );
    expect(textOf(await manager.callTool("a", "cwd", {}))).toBe(own);
    expect(textOf(await manager.callTool("b", "cwd", {}))).toBe(session);
  });

  it("refuses a variable that is to come from elsewhere", async () => {
    const server = stdio();
    if (server.transport.type === "stdio") server.transport.envVars = [{ name: "X", source: "remote" }];
    const { manager } = start({ x: server });
    expect((await manager.summary()).failed[0]?.error).toContain(
      "env_vars entry `X` uses source `remote`, which requires remote MCP stdio",
    );
  });

  it("is gone after the end, with what it started, even if it will not go", async () => {
    const pidFile = join(await folder(), "pid");
    const { manager } = start({ x: stdio({ pidFile, stubborn: true }) });
    await manager.summary();
    const pid = Number(await readFile(pidFile, "utf8"));
    await manager.shutdown();
    await until(() => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  });
});

describe("calling a tool", () => {
  it("gives the result as the server sent it", async () => {
    const tools = ["echo", "struct", "fail", "pic", "odd"];
    const { manager } = start({ fx: stdio({ tools }) });
    expect(await manager.callTool("fx", "echo", { text: "hi" })).toEqual({
      content: [{ type: "text", text: "echo:hi" }],
    });
    expect(await manager.callTool("fx", "struct", undefined)).toMatchObject({ structuredContent: { n: 7 } });
    expect(await manager.callTool("fx", "fail", {})).toMatchObject({ isError: true });
    expect((await manager.callTool("fx", "pic", {})).content).toHaveLength(3);
    expect((await manager.callTool("fx", "odd", {})).content).toEqual([{ type: "hologram", depth: 3 }]);
  });

  it("fails with what the server said", async () => {
    const { manager } = start({ fx: stdio({ tools: ["rpcerr", "empty"] }) });
    const error = await manager.callTool("fx", "rpcerr", {}).catch((reason: unknown) => reason);
    expect(errorReport(error)).toBe(
      'tool call failed for `fx/rpcerr`\n\nCaused by:\n    Mcp error: -32050: kaboom({"x":1})',
    );
    expect(await failure(manager.callTool("fx", "empty", {}))).toEqual([
      "tool call failed for `fx/empty`",
      "Unexpected response type",
    ]);
    expect(await failure(manager.callTool("fx", "echo", "text"))).toEqual([
      "tool call failed for `fx/echo`",
      'MCP tool arguments must be a JSON object, got "text"',
    ]);
    expect(await failure(manager.callTool("fx", "echo", null))).toContain(
      "MCP tool arguments must be a JSON object, got null",
    );
    expect(await failure(manager.callTool("nope", "echo", {}))).toEqual(["unknown MCP server 'nope'"]);
  });

  it("is refused for tools that are filtered out, however they are named", async () => {
    const { manager } = start({
      x: stdio({ tools: ["echo", "plain", "pid"] }, { enabledTools: ["echo", "plain"], disabledTools: ["plain"] }),
      none: stdio({}, { enabledTools: [] }),
    });
    expect((await manager.listAllTools()).map(({ callableName }) => callableName)).toEqual(["echo"]);
    for (const tool of ["plain", "pid"]) {
      expect(await failure(manager.callTool("x", tool, {}))).toEqual([`tool '${tool}' is disabled for MCP server 'x'`]);
    }
    expect(await failure(manager.callTool("none", "echo", {}))).toEqual([
      "tool 'echo' is disabled for MCP server 'none'",
    ]);
  });

  it("has a limit, and tells the server when it is over", async () => {
    const { manager } = start({ x: stdio({ tools: ["slow", "seen"] }, { toolTimeoutSec: 0.5 }) });
    expect(await failure(manager.callTool("x", "slow", { ms: 60_000 }))).toEqual([
      "tool call failed for `x/slow`",
      "timed out awaiting tools/call after 500ms",
    ]);
    const seen = textOf(await manager.callTool("x", "seen", {}));
    expect(seen).toContain("notifications/cancelled");
  });

  it("can be interrupted, and the server hears of it", async () => {
    const { manager } = start({ x: stdio({ tools: ["slow", "seen"] }) });
    await manager.summary();
    const stop = new AbortController();
    const call = failure(manager.callTool("x", "slow", { ms: 60_000 }, null, stop.signal));
    setTimeout(() => stop.abort(), 50);
    expect((await call)[0]).toBe("tool call failed for `x/slow`");
    expect(textOf(await manager.callTool("x", "seen", {}))).toContain("notifications/cancelled");
  });

  it("carries the caller's meta and a token of its progress", async () => {
    const { manager } = start({ x: stdio({ tools: ["meta"] }) });
    const meta = JSON.parse(textOf(await manager.callTool("x", "meta", {}, { threadId: "t" }))) as unknown;
    expect(meta).toEqual({ threadId: "t", progressToken: 1 });
  });
});

describe("a server's questions", () => {
  const tools = ["ask", "askempty", "askurl", "asknested", "asksample", "askroots"];
  const answers = async (
    policy: NonNullable<Parameters<typeof start>[1]>["policy"],
    ask?: NonNullable<Parameters<typeof start>[1]>["ask"],
  ) => {
    const { manager } = start({ x: stdio({ tools }) }, { ...(policy ? { policy } : {}), ...(ask ? { ask } : {}) });
    return async (tool: string) => {
      const said = JSON.parse(textOf(await manager.callTool("x", tool, {}))) as { result?: unknown; error?: unknown };
      return said.result ?? said.error;
    };
  };

  it("reach the person, and the answer goes back as it was given", async () => {
    const asked: unknown[] = [];
    const call = await answers(undefined, async request => {
      asked.push(request);
      return { action: "accept", content: request.mode === "form" ? { name: "Ada", age: 3 } : null, _meta: { m: 1 } };
    });
    expect(await call("ask")).toEqual({ action: "accept", content: { name: "Ada", age: 3 }, _meta: { m: 1 } });
    expect(await call("askurl")).toEqual({ action: "accept", content: {}, _meta: { m: 1 } });
    expect(asked[0]).toEqual({
      serverName: "x",
      id: "srv-1",
      mode: "form",
      message: "Who are you?",
      _meta: { hint: "x" },
      requestedSchema: {
        type: "object",
        properties: { age: { type: "integer", minimum: 0 }, name: { type: "string", minLength: 1 } },
        required: ["name"],
      },
    });
    expect(asked[1]).toMatchObject({ mode: "url", url: "https://example.com/x", elicitationId: "e1" });
  });

  it("are answered without asking where the policy says so", async () => {
    const ask = async (): Promise<never> => {
      throw new Error("nobody is to be asked");
    };
    const never = await answers(() => ({ approval: "never", sandbox: "restricted" }), ask);
    expect([await never("ask"), await never("askempty"), await never("askurl")]).toEqual(
      Array(3).fill({ action: "decline" }),
    );
    const free = await answers(() => ({ approval: "never", sandbox: "danger-full-access" }), ask);
    expect(await free("askempty")).toEqual({ action: "accept", content: {} });
    expect([await free("ask"), await free("askurl")]).toEqual(Array(2).fill({ action: "decline" }));
    const granular = await answers(
      () => ({ approval: { granular: { mcp_elicitations: false } }, sandbox: "restricted" }),
      ask,
    );
    expect(await granular("askempty")).toEqual({ action: "decline" });
  });

  it("that are none we know are refused by the name of their method", async () => {
    const call = await answers(undefined);
    expect(await call("asknested")).toEqual({ code: -32601, message: "elicitation/create" });
    expect(await call("asksample")).toEqual({ code: -32601, message: "sampling/createMessage" });
    expect(await call("askroots")).toEqual({ roots: [] });
  });

  it("stop the clock of the call while they are open", async () => {
    const { manager } = start(
      { x: stdio({ tools: ["ask"] }, { toolTimeoutSec: 3 }) },
      {
        ask: async () => {
          await new Promise(resolve => setTimeout(resolve, 4000));
          return { action: "decline", content: null, _meta: null };
        },
      },
    );
    expect(textOf(await manager.callTool("x", "ask", {}))).toContain("decline");
  });
});

describe("resources", () => {
  it("are listed a page at a time, or all of them, and read", async () => {
    const { manager } = start({
      b: stdio({ resourcePages: true }),
      a: stdio({}),
      loop: stdio({ loopingCursor: true }),
      bad: stdio({ exitAtOnce: 1 }),
    });
    const page = await manager.listResources("b");
    expect(page).toMatchObject({ resources: [{ uri: "mem://a" }], nextCursor: "2" });
    expect(await manager.listResources("b", "2")).toMatchObject({ resources: [{ uri: "mem://b" }], nextCursor: null });
    const all = await manager.listAllResources();
    expect(Object.entries(all).map(([server, list]) => [server, list.length])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    expect(await manager.readResource("a", "mem://a")).toEqual({
      contents: [{ uri: "mem://a", mimeType: "text/plain", text: "content of mem://a" }],
    });
    expect(await failure(manager.readResource("a", "file:///x"))).toEqual([
      "resources/read failed for `a` (file:///x)",
      "Mcp error: -32002: no such resource",
    ]);
    expect(Object.keys(await manager.listAllResourceTemplates())).toEqual(["a", "b", "loop"]);
  });
});

describe("servers that misbehave", () => {
  it("write to their output what is no message, and are heard all the same", async () => {
    const { manager, logs } = start({ x: stdio({ noise: ["Server ready!", "{broken", '{"jsonrpc":"2.0"}', "[]"] }) });
    expect(textOf(await manager.callTool("x", "echo", { text: "a" }))).toBe("echo:a");
    expect(logs.filter(line => line.includes("not a JSON-RPC message")).length).toBe(4);
  });

  it("flood their output or hang, and delay nobody else", async () => {
    const { manager } = start({
      flood: stdio({ flood: true }),
      hung: stdio({ silent: true }, { startupTimeoutSec: 30 }),
      ok: stdio(),
    });
    expect(textOf(await manager.callTool("ok", "echo", { text: "1" }))).toBe("echo:1");
    expect(textOf(await manager.callTool("flood", "echo", { text: "2" }))).toBe("echo:2");
    await manager.cancelStartup();
  });

  it("list one tool twice, tools without a schema, and cyclic schemas", async () => {
    const cyclic = { type: "object", properties: { next: { $ref: "#" } }, $defs: { a: { $ref: "#/$defs/a" } } };
    const tools = [
      "echo",
      "echo",
      { name: "bare" },
      { inputSchema: {} },
      7 as unknown as string,
      { name: "cyclic", inputSchema: cyclic },
    ];
    const { manager, logs } = start({ x: stdio({ tools }) });
    expect((await manager.listAllTools()).map(({ tool }) => tool.name).sort()).toEqual(["cyclic", "echo"]);
    expect(logs.filter(line => line.includes("is left out"))).toHaveLength(3);
  });

  it.each<[string, ServerScript, string]>([
    [
      "a handshake that is none",
      { initResult: { protocolVersion: 7 } },
      'handshaking with MCP server failed: expect initialized result, but received: {"protocolVersion":7}',
    ],
    [
      "a handshake that is no object",
      { initResult: [1] },
      "handshaking with MCP server failed: expect initialized result, but received: {}",
    ],
    ["a list without tools", { listResult: {} }, "Unexpected response type"],
    ["a list that is no object", { listResult: [] }, "Unexpected response type"],
    ["tools that are no list", { listResult: { tools: {} } }, "Unexpected response type"],
  ])("answer with %s", async (_what, script, why) => {
    const { manager } = start({ x: stdio(script), y: stdio() });
    const { failed, ready } = await manager.summary();
    expect(ready).toEqual(["y"]);
    expect(failed).toEqual([
      { server: "x", error: `MCP client for \`x\` failed to start: MCP startup failed: ${why}` },
    ]);
  });

  it("name tools like nothing or like a part of every object", async () => {
    const names = ["", "__proto__", "constructor"];
    const tools = names.map(name => ({ name, inputSchema: { type: "object" } }));
    const { toolsByServer } = await collectMcpServerStatusSnapshot({
      servers: { x: stdio({ tools }) },
      env: { PATH: process.env["PATH"] },
      cwd: process.cwd(),
      version: "0",
      auth: { env: {}, store: credentialStore(await folder(), "file"), fetch },
      detail: "toolsAndAuthOnly",
    });
    expect(Object.keys(toolsByServer["x"]!).sort()).toEqual(names.toSorted());
  });

  it("send huge results", async () => {
    const { manager } = start({ x: stdio({ tools: ["big"] }), y: stdio() });
    const [big, small] = await Promise.all([
      manager.callTool("x", "big", { bytes: 50_000_000 }),
      manager.callTool("y", "echo", { text: "s" }),
    ]);
    expect([textOf(big).length, textOf(small)]).toEqual([50_000_000, "echo:s"]);
  }, 120_000);

  it("ping all the time", async () => {
    const { manager } = start({ x: stdio({ tools: ["pingstorm"] }) });
    expect(textOf(await manager.callTool("x", "pingstorm", {}))).toBe("pings:2000");
  });

  it("die during a call, and are started again for the next one", async () => {
    const pidFile = join(await folder(), "pids");
    const { manager } = start({ x: stdio({ tools: ["die", "echo", "slow"], pidFile }), y: stdio() });
    await manager.summary();
    const beside = failure(manager.callTool("x", "slow", { ms: 60_000 }));
    expect(await failure(manager.callTool("x", "die", {}))).toEqual([
      "tool call failed for `x/die`",
      "Transport closed",
    ]);
    expect((await beside)[1]).toBe("Transport closed");
    expect(manager.currentTools().map(({ serverName }) => serverName)).toContain("x");
    expect(textOf(await manager.callTool("y", "echo", { text: "y" }))).toBe("echo:y");
    expect(textOf(await manager.callTool("x", "echo", { text: "again" }))).toBe("echo:again");
    await failure(manager.callTool("x", "die", {}));
    expect(textOf(await manager.callTool("x", "echo", { text: "third" }))).toBe("echo:third");
    expect((await readFile(pidFile, "utf8")).trim().split("\n")).toHaveLength(3);
  });

  it("are called by two callers at once, and each gets its own answer", async () => {
    const { manager } = start({ x: stdio({ tools: ["slow", "echo"] }) });
    const order: string[] = [];
    await Promise.all([
      manager.callTool("x", "slow", { ms: 300 }).then(() => order.push("slow")),
      manager.callTool("x", "echo", { text: "fast" }).then(result => order.push(textOf(result))),
    ]);
    expect(order).toEqual(["echo:fast", "slow"]);
  });

  it("have 2,000 tools", async () => {
    const { manager } = start({ x: stdio({ many: 2000 }) });
    const tools = await manager.listAllTools();
    expect(tools).toHaveLength(2000);
    expect(manager.resolveTool(qualifiedMcpToolNamePrefix("x"), "tool_1999")?.tool.name).toBe("tool_1999");
  });
});

describe("pages of a listing", () => {
  it("end when a server goes round in circles", async () => {
    const next: Record<string, string> = { "": "a", a: "b", b: "a" };
    const asked: string[] = [];
    const listing = allPages(async (cursor = "") => {
      asked.push(cursor);
      return { items: [cursor], nextCursor: next[cursor] ?? null };
    });
    await expect(listing).rejects.toThrow("the server returned the same cursor twice");
    expect(asked).toEqual(["", "a", "b"]);
    expect(await allPages(async cursor => ({ items: [1], nextCursor: cursor === undefined ? "x" : null }))).toEqual([
      1, 1,
    ]);
  });
});

describe("a server with permissions", () => {
  it("is not started by a manager that cannot confine it, and no other server cares", async () => {
    const pidFile = join(await folder(), "pid");
    const { manager } = start({ x: stdio({ pidFile }, { permissions: "box" }), ok: stdio() });
    expect(await manager.summary()).toEqual({
      ready: ["ok"],
      failed: [
        {
          server: "x",
          error:
            "MCP client for `x` failed to start: MCP startup failed: MCP server `x` is to run with the permissions `box`, which cannot be enforced here; it was not started",
        },
      ],
      cancelled: [],
    });
    await expect(readFile(pidFile, "utf8")).rejects.toThrow("ENOENT");
  });

  it("is started by whoever knows how, each time", async () => {
    const launches: string[] = [];
    const { manager } = start(
      { x: stdio({ tools: ["echo", "die"] }, { permissions: "box" }) },
      {
        spawnServer: (server, { permissions }) => {
          launches.push(`${server} in ${permissions}`);
          return spawnServer;
        },
      },
    );
    await failure(manager.callTool("x", "die", {}));
    expect(textOf(await manager.callTool("x", "echo", { text: "again" }))).toBe("echo:again");
    expect(launches).toEqual(["x in box", "x in box"]);
  });
});

import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allMatch, eventually, type Json, World } from "./harness.ts";

/** Without a sandbox, which is not what is tested. */
const UNBOXED = { sandboxPolicy: { type: "dangerFullAccess" } };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const plain = (text: string) => Buffer.from(text, "base64").toString();

describe("files", () => {
  it("are written, read, described, listed, copied and removed", async () => {
    const world = await World.create();
    const client = await world.client();
    const at = (...parts: string[]) => path.join(world.workspace, ...parts);
    await client.call("fs/createDirectory", { path: at("a/b") });
    await client.call("fs/writeFile", { path: at("a/b/f.txt"), dataBase64: base64("hello") });
    expect(await client.call("fs/readFile", { path: at("a/b/f.txt") })).toEqual({ dataBase64: base64("hello") });
    symlinkSync("b/f.txt", at("a/link"));
    expect(await client.call("fs/getMetadata", { path: at("a/link") })).toMatchObject({
      isDirectory: false,
      isFile: true,
      isSymlink: true,
    });
    const { entries } = await client.call("fs/readDirectory", { path: at("a") });
    expect(entries.sort((x: Json, y: Json) => (x["fileName"] < y["fileName"] ? -1 : 1))).toEqual([
      { fileName: "b", isDirectory: true, isFile: false },
      { fileName: "link", isDirectory: false, isFile: true },
    ]);
    await client.call("fs/copy", { sourcePath: at("a"), destinationPath: at("copy"), recursive: true });
    expect(readFileSync(at("copy/b/f.txt"), "utf8")).toBe("hello");
    expect(await client.call("fs/remove", { path: at("copy") })).toEqual({});
    expect(existsSync(at("copy"))).toBe(false);
  });

  it.each([
    ["aGVsbG8==", "Invalid symbol 61, offset 7."],
    ["aGVsbG8=x", "Invalid symbol 61, offset 7."],
    ["aGVsbA===", "Invalid symbol 61, offset 6."],
    ["aG===", "Invalid symbol 61, offset 2."],
    ["a===", "Invalid symbol 61, offset 1."],
    ["aG=g", "Invalid symbol 61, offset 2."],
    ["%GVs\n", "Invalid symbol 10, offset 4."],
    ["aGVsé", "Invalid symbol 195, offset 4."],
    ["aGVsb", "Invalid input length: 5"],
    ["aGVsbA", "Invalid padding"],
    ["aGVsbB==", "Invalid last symbol 66, offset 5."],
  ])("are not written from what is no base64: %j", async (dataBase64, reason) => {
    const client = await (await World.create()).client();
    const refusal = await client.refused("fs/writeFile", { path: "/nowhere/at/all", dataBase64 });
    expect(refusal).toEqual({ code: -32600, message: `fs/writeFile requires valid base64 dataBase64: ${reason}` });
  });

  it("V21: that cannot be had are refused in the system's words", async () => {
    const world = await World.create();
    const client = await world.client();
    const at = (...parts: string[]) => path.join(world.workspace, ...parts);
    mkdirSync(at("d/e"), { recursive: true });
    const refused = async (method: string, params: Json) => {
      const { code, message } = await client.refused(method, params);
      return `${code} ${message}`;
    };
    expect(await refused("fs/readFile", { path: at("none") })).toBe("-32603 No such file or directory (os error 2)");
    expect(await refused("fs/readFile", { path: at("d") })).toBe("-32603 Is a directory (os error 21)");
    expect(await refused("fs/readFile", { path: "relative" })).toBe(
      "-32600 Invalid request: AbsolutePathBuf deserialized without a base path",
    );
    expect(await refused("fs/writeFile", { path: at("x"), dataBase64: "%%%" })).toBe(
      "-32600 fs/writeFile requires valid base64 dataBase64: Invalid symbol 37, offset 0.",
    );
    expect(await refused("fs/writeFile", { path: at("none/x"), dataBase64: "" })).toBe(
      "-32603 No such file or directory (os error 2)",
    );
    expect(await refused("fs/remove", { path: at("d"), recursive: false })).toBe(
      "-32603 Directory not empty (os error 39)",
    );
    expect(await refused("fs/remove", { path: at("none"), force: false })).toBe(
      "-32603 No such file or directory (os error 2)",
    );
    expect(await client.call("fs/remove", { path: at("none") })).toEqual({});
    expect(await refused("fs/copy", { sourcePath: at("d"), destinationPath: at("c") })).toBe(
      "-32600 fs/copy requires recursive: true when sourcePath is a directory",
    );
    expect(await refused("fs/copy", { sourcePath: at("d"), destinationPath: at("d/e/f"), recursive: true })).toBe(
      "-32600 fs/copy cannot copy a directory to itself or one of its descendants",
    );
  });

  it.runIf(process.platform === "linux")("that are no plain files are refused in the system's words", async () => {
    const world = await World.create();
    const client = await world.client();
    const at = (name: string) => path.join(world.workspace, name);
    symlinkSync(at("two"), at("one"));
    symlinkSync(at("one"), at("two"));
    const socket = createServer().listen(at("socket"));
    await once(socket, "listening");
    const refused = async (method: string, params: Json) => {
      const { code, message } = await client.refused(method, params);
      return `${code} ${message}`;
    };
    for (const method of ["fs/readFile", "fs/readDirectory", "fs/getMetadata"]) {
      expect([method, await refused(method, { path: at("one") })]).toEqual([
        method,
        "-32603 Symbolic link loop (os error 40)",
      ]);
    }
    expect(await refused("fs/readFile", { path: at("x".repeat(300)) })).toBe("-32603 Filename too long (os error 36)");
    expect(await refused("fs/readFile", { path: at("socket") })).toBe("-32603 No such device or address (os error 6)");
    expect(await refused("fs/readFile", { path: at("a\0b") })).toBe(
      "-32600 file name contained an unexpected NUL byte",
    );
    expect(await refused("fs/readFile", { path: "/proc/self/mem" })).toBe("-32603 I/O error (os error 5)");
    socket.close();
  });

  it.runIf(process.platform === "linux")("are not made for ever where a folder takes no entries", async () => {
    const client = await (await World.create()).client();
    const none = { code: -32603, message: "No such file or directory (os error 2)" };
    expect(await client.refused("fs/createDirectory", { path: "/proc/none" })).toEqual(none);
    expect(await client.refused("fs/createDirectory", { path: "/proc/none/at/all" })).toEqual(none);
    expect((await client.refused("fs/createDirectory", { path: "/dev/null/x" }))["message"]).toBe(
      "Not a directory (os error 20)",
    );
  });

  it("are watched for their owner alone, until told otherwise", async () => {
    const world = await World.create();
    const [client, other] = [await world.client(), await world.client()];
    const file = path.join(world.workspace, "not-yet.txt");
    expect(await client.call("fs/watch", { watchId: "w", path: file })).toEqual({ path: file });
    expect((await client.refused("fs/watch", { watchId: "w", path: file }))["message"]).toBe(
      "watchId already exists: w",
    );
    const changed = client.next("fs/changed");
    writeFileSync(path.join(world.workspace, "other.txt"), "x");
    writeFileSync(file, "x");
    expect((await changed)["params"]).toEqual({ watchId: "w", changedPaths: [file] });
    await client.call("fs/unwatch", { watchId: "w" });
    await client.call("fs/unwatch", { watchId: "unknown" });
    const before = client.messages.length;
    await client.call("fs/watch", { watchId: "v", path: file });
    const again = client.next("fs/changed");
    writeFileSync(file, "y");
    await again;
    await client.caughtUp();
    const told = allMatch(client.messages.slice(before), "fs/changed").map(change => change["watchId"]);
    expect(new Set(told)).toEqual(new Set(["v"]));
    await other.caughtUp();
    expect(other.methods()).toEqual([]);
  });
});

describe("commands", () => {
  const run = async (params: Json, config = 'sandbox_mode = "danger-full-access"') => {
    const world = await World.create({ config });
    const client = await world.client();
    return { world, client, answer: await client.request("command/exec", params) };
  };

  it.each([
    ["V13", ["sh", "-c", "echo out; echo err >&2; exit 3"], {}, { exitCode: 3, stdout: "out\n", stderr: "err\n" }],
    ["V14", ["sleep", "5"], { timeoutMs: 100 }, { exitCode: 124, stdout: "", stderr: "" }],
    ["V15", ["sh", "-c", "echo abcdef"], { outputBytesCap: 3 }, { exitCode: 0, stdout: "abc", stderr: "" }],
    [
      "V16",
      ["sh", "-c", "echo $A-$B-$HOME"],
      { env: { A: "1", HOME: null } },
      { exitCode: 0, stdout: "1--\n", stderr: "" },
    ],
    ["a signal", ["sh", "-c", "kill -9 $$"], {}, { exitCode: -1, stdout: "", stderr: "" }],
    [
      "V20",
      ["sh", "-c", "echo $CODEX_SANDBOX_NETWORK_DISABLED"],
      { sandboxPolicy: { type: "externalSandbox" } },
      { exitCode: 0, stdout: "1\n", stderr: "" },
    ],
    [
      "V20, without a sandbox",
      ["sh", "-c", "echo $CODEX_SANDBOX_NETWORK_DISABLED"],
      { sandboxPolicy: { type: "dangerFullAccess" } },
      { exitCode: 0, stdout: "\n", stderr: "" },
    ],
    [
      "a profile",
      ["echo", "hi"],
      { permissionProfile: { type: "disabled" } },
      { exitCode: 0, stdout: "hi\n", stderr: "" },
    ],
  ])("%s: %j with %j give what the reference gives", async (_name, command, params, result) => {
    expect((await run({ command, ...params })).answer["result"]).toEqual(result);
  });

  it("V18, V19: run inside the configured sandbox unless told otherwise", async () => {
    const command = ["touch", "x"];
    const inside = await run({ command }, "");
    expect(inside.answer["result"]).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "touch: cannot touch 'x': Read-only file system\n",
    });
    expect(existsSync(path.join(inside.world.workspace, "x"))).toBe(false);
    const outside = await run({ command, sandboxPolicy: { type: "workspaceWrite" } }, "");
    expect(outside.answer["result"]).toMatchObject({ exitCode: 0 });
    expect(existsSync(path.join(outside.world.workspace, "x"))).toBe(true);
  });

  it.each([
    [{ command: [] }, -32600, "command must not be empty"],
    [{ command: ["true"], size: { rows: 1, cols: 1 } }, -32602, "command/exec size requires tty: true"],
    [
      { command: ["true"], outputBytesCap: 1, disableOutputCap: true },
      -32602,
      "command/exec cannot set both outputBytesCap and disableOutputCap",
    ],
    [
      { command: ["true"], timeoutMs: 1, disableTimeout: true },
      -32602,
      "command/exec cannot set both timeoutMs and disableTimeout",
    ],
    [{ command: ["true"], timeoutMs: -1 }, -32602, "command/exec timeoutMs must be non-negative, got -1"],
    [
      { command: ["true"], tty: true, processId: "p", size: { rows: 0, cols: 1 } },
      -32602,
      "command/exec size rows and cols must be greater than 0",
    ],
    [{ command: ["true"], tty: true }, -32600, "command/exec tty or streaming requires a client-supplied processId"],
    [{ command: ["/no/such/program"] }, -32603, "failed to spawn command: No such file or directory (os error 2)"],
  ])("refuse %j", async (params, code, message) => {
    expect((await run(params)).answer["error"]).toEqual({ code, message });
  });

  it("V17: on a terminal take input, sizes and an end", async () => {
    const world = await World.create({ config: 'sandbox_mode = "danger-full-access"' });
    const client = await world.client();
    const sized = client.next("command/exec/outputDelta");
    const done = client.request("command/exec", {
      command: ["sh", "-c", "stty size; read x; echo got $x"],
      processId: "p",
      tty: true,
      size: { rows: 11, cols: 33 },
    });
    await sized;
    expect((await client.refused("command/exec", { command: ["true"], processId: "p" }))["message"]).toBe(
      'duplicate active command/exec process id: "p"',
    );
    await client.call("command/exec/resize", { processId: "p", size: { rows: 5, cols: 5 } });
    await client.call("command/exec/write", { processId: "p", deltaBase64: base64("yo\n") });
    expect((await done)["result"]).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const text = allMatch(client.messages, "command/exec/outputDelta")
      .map(delta => plain(delta["deltaBase64"]))
      .join("");
    expect(text).toBe("11 33\r\nyo\r\ngot yo\r\n");
  });

  it.each([
    [true, 1],
    [false, -1],
  ])("that a signal ends have no code of their own (on a terminal: %s)", async (tty, exitCode) => {
    const client = await (await World.create({ config: 'sandbox_mode = "danger-full-access"' })).client();
    const run = (processId: string, command: string) =>
      client.request("command/exec", {
        command: ["sh", "-c", command],
        processId,
        tty,
        disableTimeout: true,
        streamStdoutStderr: true,
      });
    expect((await run("k", "kill -9 $$"))["result"]).toMatchObject({ exitCode });
    const running = client.next("command/exec/outputDelta");
    const ended = run("t", "echo here; exec sleep 300");
    await running;
    await client.call("command/exec/terminate", { processId: "t" });
    expect((await ended)["result"]).toMatchObject({ exitCode });
  });

  it("with pipes stream both ways, and are their owner's alone", async () => {
    const world = await World.create({ config: 'sandbox_mode = "danger-full-access"' });
    const [client, other] = [await world.client(), await world.client()];
    const running = client.next("command/exec/outputDelta");
    const done = client.request("command/exec", {
      command: ["sh", "-c", "echo here; exec cat"],
      processId: "c",
      streamStdin: true,
      streamStdoutStderr: true,
    });
    await running;
    const write = (params: Json) => client.call("command/exec/write", { processId: "c", ...params });
    await write({ deltaBase64: base64("one") });
    await write({ deltaBase64: base64("two"), closeStdin: true });
    expect((await done)["result"]).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(
      allMatch(client.messages, "command/exec/outputDelta")
        .map(delta => plain(delta["deltaBase64"]))
        .join(""),
    ).toBe("here\nonetwo");
    expect((await other.refused("command/exec/terminate", { processId: "c" }))["message"]).toBe(
      'no active command/exec for process id "c"',
    );
    expect(await client.refused("command/exec/write", { processId: "c" })).toMatchObject({ code: -32602 });
    const sleeping = client.request("command/exec", {
      command: ["sh", "-c", "touch asleep; exec sleep 300"],
      processId: "s",
      disableTimeout: true,
    });
    await eventually(() => existsSync(path.join(world.workspace, "asleep")));
    expect((await client.refused("command/exec/write", { processId: "s", closeStdin: true }))["message"]).toBe(
      "stdin streaming is not enabled for this command/exec",
    );
    await client.call("command/exec/terminate", { processId: "s" });
    expect((await sleeping)["result"].exitCode).toBe(-1);
  });

  it("find room in a burst of 200, and a command is written to by what comes right behind it", async () => {
    const client = await (await World.create()).client();
    await client.call("command/exec", { command: ["true"] });
    const done = Array.from({ length: 200 }, () => client.request("command/exec", { command: ["true"], ...UNBOXED }));
    const answers = await Promise.all(done);
    expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
    const cat = client.request("command/exec", { command: ["cat"], processId: "cat", streamStdin: true, ...UNBOXED });
    const written = client.request("command/exec/write", {
      processId: "cat",
      deltaBase64: base64("meow"),
      closeStdin: true,
    });
    expect((await written)["result"]).toEqual({});
    expect((await cat)["result"]).toEqual({ exitCode: 0, stdout: "meow", stderr: "" });
  });

  it("are refused beyond the room for those that wait", async () => {
    const client = await (await World.create()).client();
    await client.call("command/exec", { command: ["true"] });
    const burst = Array.from({ length: 400 }, () => client.request("command/exec", { command: ["true"], ...UNBOXED }));
    const errors = (await Promise.all(burst)).flatMap(({ error }) => (error === undefined ? [] : [error]));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThan(200);
    expect(new Set(errors.map(error => JSON.stringify(error)))).toEqual(
      new Set([JSON.stringify({ code: -32001, message: "Server overloaded; retry later." })]),
    );
  });

  it("under one id in one burst: the second is refused as long as the first runs", async () => {
    const client = await (await World.create()).client();
    const first = client.request("command/exec", { command: ["sleep", "30"], processId: "p", ...UNBOXED });
    const second = client.request("command/exec", { command: ["true"], processId: "p", ...UNBOXED });
    const end = client.request("command/exec/terminate", { processId: "p" });
    expect((await second)["error"]).toEqual({
      code: -32600,
      message: 'duplicate active command/exec process id: "p"',
    });
    expect((await end)["result"]).toEqual({});
    expect((await first)["result"]).toMatchObject({ exitCode: -1 });
  });

  it("without an id end with their client, too", async () => {
    const world = await World.create();
    const client = await world.client();
    const pid = path.join(world.workspace, "pid");
    const command = ["sh", "-c", `echo $$ > '${pid}.new'; mv '${pid}.new' '${pid}'; exec sleep 60`];
    void client.request("command/exec", { command, disableTimeout: true, ...UNBOXED });
    await expect.poll(() => existsSync(pid), { timeout: 10_000 }).toBe(true);
    const process = `/proc/${readFileSync(pid, "utf8").trim()}`;
    expect(existsSync(process)).toBe(true);
    await client.close();
    await expect.poll(() => existsSync(process), { timeout: 10_000 }).toBe(false);
  });

  it("end with their client", async () => {
    const world = await World.create({ config: 'sandbox_mode = "danger-full-access"' });
    const client = await world.client();
    const file = path.join(world.workspace, "alive");
    const isAlive = (pid: number) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    client.send({
      id: 1,
      method: "command/exec",
      params: {
        command: ["sh", "-c", `echo $$ > ${file}; exec sleep 300`],
        processId: "p",
        disableTimeout: true,
      },
    });
    await eventually(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
    const pid = Number(readFileSync(file, "utf8"));
    expect(isAlive(pid)).toBe(true);
    client.close();
    await eventually(() => !isAlive(pid));
  });
});

describe("settings", () => {
  it("V22: are read with where they come from, written, and refused when they do not fit", async () => {
    const world = await World.create();
    const client = await world.client();
    const before = await client.call("config/read", { includeLayers: true });
    expect(before).toMatchObject({ config: { model: "gpt-5.2", model_provider: "mock" } });
    expect(before["origins"]["model"].name.type).toBe("user");
    expect(before["layers"].length).toBeGreaterThan(0);
    expect(await client.call("config/read", {})).not.toHaveProperty("layers");
    const written = await client.call("config/value/write", {
      keyPath: "model",
      value: "gpt-5.4",
      mergeStrategy: "replace",
    });
    expect(written).toEqual({
      status: "ok",
      version: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      filePath: path.join(world.home, "config.toml"),
      overriddenMetadata: null,
    });
    expect((await client.call("thread/start", {}))["model"]).toBe("gpt-5.4");
    const edit = { keyPath: "approval_policy", value: "bogus", mergeStrategy: "replace" };
    const error = await client.refused("config/value/write", edit);
    expect(error).toMatchObject({ code: -32600, data: { config_write_error_code: "configValidationError" } });
    expect(error["message"]).toMatch(/^Invalid configuration: unknown variant/);
    expect(await client.refused("config/value/write", { keyPath: "", value: "x", mergeStrategy: "replace" })).toEqual({
      code: -32600,
      message: "keyPath must not be empty",
      data: { config_write_error_code: "configValidationError" },
    });
    expect(await client.refused("config/batchWrite", { edits: [edit], expectedVersion: "sha256:0" })).toMatchObject({
      message: "Configuration was modified since last read. Fetch latest version and retry.",
      data: { config_write_error_code: "configVersionConflict" },
    });
    expect(await client.call("configRequirements/read", {})).toEqual({ requirements: null });
  });

  it("V30: that do not load are told when a thread is started", async () => {
    const world = await World.create();
    writeFileSync(path.join(world.home, "config.toml"), "model = 5\n");
    const client = await world.client();
    const file = path.join(world.home, "config.toml");
    expect(await client.refused("thread/start", {})).toEqual({
      code: -32600,
      message: `failed to load configuration: ${file}:1:9: invalid type: integer \`5\`, expected a string`,
    });
  });

  it("whose network policy contradicts itself start no thread, and are not read", async () => {
    const world = await World.create();
    const client = await world.client();
    const file = path.join(world.home, "config.toml");
    const policy = (domains: string) =>
      `default_permissions = "p"\n[permissions.p.filesystem]\n":root" = "read"\n[permissions.p.network]\ndomains = { ${domains} }\n`;
    writeFileSync(file, policy('"*" = "deny"'));
    const why =
      "network proxy constraints are invalid: invalid value for network.denied_domains: * (allowed exact hosts or scoped wildcards like *.example.com or **.example.com)";
    expect(await client.refused("thread/start", { ephemeral: true })).toEqual({
      code: -32600,
      message: `failed to load configuration: ${why}`,
    });
    expect(await client.refused("config/read", {})).toEqual({
      code: -32603,
      message: `failed to resolve feature override precedence: ${why}`,
    });
    expect(await client.refused("skills/list", {})).toEqual({
      code: -32603,
      message: `failed to reload config: ${why}`,
    });
    writeFileSync(file, policy('"*.example.com" = "deny"'));
    expect(await client.call("thread/start", { ephemeral: true })).toMatchObject({ approvalPolicy: "on-request" });
  });
});

describe("lists and small methods", () => {
  it("answer as the reference does without a network", async () => {
    const client = await (await World.create()).client();
    const threadId = await client.thread();
    const call = async (method: string, params: Json = {}) => {
      const answer = await client.request(method, params);
      return answer["error"] === undefined ? answer["result"] : `${answer["error"].code} ${answer["error"].message}`;
    };
    expect(await call("collaborationMode/list")).toEqual({
      data: [
        { name: "Plan", mode: "plan", model: null, reasoning_effort: "medium" },
        { name: "Default", mode: "default", model: null, reasoning_effort: null },
      ],
    });
    expect(await call("mock/experimentalMethod", { value: "v" })).toEqual({ echoed: "v" });
    expect(await call("model/list", { cursor: "zzz" })).toBe("-32600 invalid cursor: zzz");
    expect(await call("model/list", { limit: 1.5 })).toBe(
      "-32600 Invalid request: invalid type: floating point `1.5`, expected u32",
    );
    const models = await call("model/list");
    expect(models.data[0]).toMatchObject({ isDefault: true, hidden: false });
    expect(await call("model/list", { cursor: "999" })).toBe(
      `-32600 cursor 999 exceeds total models ${models.data.length}`,
    );
    expect((await call("model/list", { limit: 1 })).nextCursor).toBe("1");
    expect((await call("experimentalFeature/list", { limit: 2 })).data).toHaveLength(2);
    expect(await call("experimentalFeature/enablement/set", { enablement: { apps: true } })).toEqual({
      enablement: { apps: true },
    });
    expect(await call("experimentalFeature/enablement/set", { enablement: { bogus: true } })).toBe(
      "-32600 invalid feature enablement `bogus`",
    );
    expect(await call("experimentalFeature/enablement/set", { enablement: { connectors: true } })).toBe(
      "-32600 invalid feature enablement `connectors`: use canonical feature key `apps`",
    );
    expect(await call("experimentalFeature/enablement/set", { enablement: { unified_exec: true } })).toBe(
      "-32600 unsupported feature enablement `unified_exec`: currently supported features are apps, memories, plugins, tool_search, tool_suggest, tool_call_mcp_elicitation",
    );
    expect(await call("mcpServerStatus/list")).toEqual({ data: [], nextCursor: null });
    expect(await call("mcpServer/tool/call", { threadId, server: "nope", tool: "x" })).toBe(
      "-32603 unknown MCP server 'nope'",
    );
    expect(await call("mcpServer/oauth/login", { name: "zz" })).toBe("-32600 No MCP server named 'zz' found.");
    expect(await call("plugin/list")).toEqual({ marketplaces: [], marketplaceLoadErrors: [], featuredPluginIds: [] });
    expect(await call("plugin/read", { pluginName: "zz" })).toBe(
      "-32600 plugin/read requires exactly one of marketplacePath or remoteMarketplaceName",
    );
    expect(await call("app/list")).toEqual({ data: [], nextCursor: null });
    expect(await call("device/key/create", { accountUserId: "a", clientId: "c" })).toBe(
      "-32600 hardware-backed device keys are not available on this platform",
    );
    expect(await call("thread/realtime/start", { threadId, outputModality: "text" })).toBe(
      `-32600 thread ${threadId} does not support realtime conversation`,
    );
    expect(await call("skills/config/write", { enabled: true })).toBe(
      "-32602 skills/config/write requires exactly one of path or name",
    );
    const told = client.next("windowsSandbox/setupCompleted");
    expect(await call("windowsSandbox/setupStart", { mode: "elevated" })).toEqual({ started: true });
    expect((await told)["params"]).toEqual({
      mode: "elevated",
      success: false,
      error: "elevated Windows sandbox setup is only supported on Windows",
    });
  });

  it("know who is logged in, and that nobody needs to be for this provider", async () => {
    const world = await World.create();
    const client = await world.client();
    expect(await client.call("account/read")).toEqual({ account: null, requiresOpenaiAuth: false });
    const updated = client.next("account/updated");
    expect(await client.call("account/login/start", { type: "apiKey", apiKey: "sk-test" })).toEqual({ type: "apiKey" });
    expect((await updated)["params"]).toEqual({ authMode: "apikey", planType: null });
    expect(existsSync(path.join(world.home, "auth.json"))).toBe(true);
    expect(await client.call("account/read")).toEqual({ account: null, requiresOpenaiAuth: false });
    expect((await client.refused("account/rateLimits/read"))["message"]).toBe(
      "chatgpt authentication required to read rate limits",
    );
    expect(await client.call("account/logout")).toEqual({});
    expect(existsSync(path.join(world.home, "auth.json"))).toBe(false);
    expect((await client.refused("account/rateLimits/read"))["message"]).toBe(
      "codex account authentication required to read rate limits",
    );
    expect((await client.refused("account/login/cancel", { loginId: "bad" }))["message"]).toBe("invalid login id: bad");
  });

  it("find files by a few letters, once and while somebody types", async () => {
    const world = await World.create();
    const client = await world.client();
    for (const file of ["src/server.ts", "src/other.ts", "node_modules/server.js", "docs/serve.md"]) {
      mkdirSync(path.dirname(path.join(world.workspace, file)), { recursive: true });
      writeFileSync(path.join(world.workspace, file), "");
    }
    const roots = [world.workspace];
    const { files } = await client.call("fuzzyFileSearch", { query: "serv", roots });
    expect(files.map((file: Json) => file["path"])).toEqual(["docs/serve.md", "src/server.ts"]);
    expect(files[1]).toEqual({
      root: world.workspace,
      path: "src/server.ts",
      match_type: "file",
      file_name: "server.ts",
      score: expect.any(Number),
      indices: [4, 5, 6, 7],
    });
    expect(await client.call("fuzzyFileSearch", { query: "", roots })).toEqual({ files: [] });
    await client.call("fuzzyFileSearch/sessionStart", { sessionId: "s", roots });
    const told = client.next("fuzzyFileSearch/sessionUpdated");
    await client.call("fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "other" });
    expect((await told)["params"]).toMatchObject({ sessionId: "s", query: "other", files: [{ path: "src/other.ts" }] });
    await client.call("fuzzyFileSearch/sessionStop", { sessionId: "s" });
    expect((await client.refused("fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "x" }))["message"]).toBe(
      "fuzzy file search session not found: s",
    );
  });

  it("still speak the first API where clients need it", async () => {
    const world = await World.create({ script: ["one"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    expect((await client.call("getConversationSummary", { conversationId: threadId }))["summary"]).toMatchObject({
      conversationId: threadId,
      preview: "x",
      source: "vscode",
    });
    expect(await client.refused("gitDiffToRemote", { cwd: world.workspace })).toMatchObject({
      message: `failed to compute git diff to remote for cwd: "${world.workspace}"`,
    });
    expect(await client.call("getAuthStatus", {})).toEqual({
      authMethod: null,
      authToken: null,
      requiresOpenaiAuth: false,
    });
    expect((await client.refused("newConversation"))["message"]).toMatch(
      /^Invalid request: unknown variant `newConversation`, expected one of `initialize`/,
    );
  });
});

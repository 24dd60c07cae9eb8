import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allMatch, type Json, World } from "./harness.ts";

const clientInfo = { name: "test", version: "1" };

describe("the handshake", () => {
  it("answers with the user agent that clients parse, and where things are", async () => {
    const world = await World.create();
    const client = world.connect();
    const { id, result } = await client.request("initialize", { clientInfo: { ...clientInfo, title: null } }, "first");
    expect(id).toBe("first");
    expect(result.userAgent).toMatch(/^test\/0\.125\.0 \(\S+ \S+; \S+; codex-ts 0\.1\.0\) unknown \(test; 1\)$/);
    expect(result).toEqual({
      userAgent: result.userAgent,
      codexHome: world.home,
      platformFamily: "unix",
      platformOs: "linux",
    });
  });

  it("V1, V2, protocol vectors 1 to 4: must come first and only once; what is wrong with a request is told before that", async () => {
    const world = await World.create();
    const client = world.connect();
    expect(await client.refused("thread/loaded/list")).toEqual({ code: -32600, message: "Not initialized" });
    expect(await client.refused("thread/read")).toEqual({
      code: -32600,
      message: "Invalid request: missing field `threadId`",
    });
    expect((await client.refused("nope/method"))["message"]).toMatch(
      /^Invalid request: unknown variant `nope\/method`, expected one of `initialize`, `thread\/start`, /,
    );
    expect(await client.refused("initialize", { clientInfo: { name: "a\nb", version: "1" } })).toEqual({
      code: -32600,
      message: "Invalid clientInfo.name: 'a\nb'. Must be a valid HTTP header value.",
    });
    expect(await client.refused("initialize", { clientInfo, capabilities: { experimentalApi: null } })).toEqual({
      code: -32600,
      message: "Invalid request: invalid type: null, expected a boolean",
    });
    await client.call("initialize", { clientInfo });
    expect(await client.refused("initialize", { clientInfo })).toEqual({
      code: -32600,
      message: "Already initialized",
    });
  });

  it("gives the process the first client's name", async () => {
    const world = await World.create();
    const first = await world.connect().request("initialize", { clientInfo: { name: "one", version: "1" } });
    const second = await world.connect().request("initialize", { clientInfo: { name: "two", version: "2" } });
    expect(first["result"].userAgent).toMatch(/^one\/.*\(one; 1\)$/);
    expect(second["result"].userAgent).toMatch(/^one\/.*\(two; 2\)$/);
  });

  it("is followed by what is to be said about the start, to that client alone", async () => {
    const [warning, last] = ["Invalid configuration; using defaults.", "last"].map(summary => ({
      summary,
      details: "d",
    }));
    const world = await World.create({ server: { startupWarnings: async () => [warning!, last!] } });
    const isLast = (message: Json) => message["params"]?.summary === "last";
    const silent = await world.client({ optOutNotificationMethods: ["configWarning", "made/up"] });
    const client = await world.client();
    await client.seen(isLast);
    expect(client.messages.slice(1)).toEqual([warning, last].map(params => ({ method: "configWarning", params })));
    // What the later client heard of, the silent one would have heard of before.
    await silent.caughtUp();
    expect(silent.methods()).toEqual([]);
  });
});

describe("what is said about the start", () => {
  const warning = { summary: "late", details: null };

  it("comes before the answers to requests that were made meanwhile", async () => {
    const startupWarnings = () => new Promise<Json[]>(resolve => setTimeout(() => resolve([warning]), 300));
    for (const version of ["1", ["not", "plain"]]) {
      const world = await World.create({ server: { startupWarnings: startupWarnings as never } });
      const client = world.connect();
      const clientInfo = { name: "early", version: "1" };
      // The second handshake is refused for its shape first, and then takes the longer way.
      if (version !== "1") await client.refused("initialize", { clientInfo: { name: "early", version } });
      const from = client.messages.length;
      const answers = [
        client.call("initialize", { clientInfo, capabilities: version === "1" ? {} : null }),
        client.call("thread/loaded/list"),
        client.call("fs/readDirectory", { path: world.workspace }),
      ];
      await Promise.all(answers);
      const order = client.messages.slice(from).map(({ method, result }) => method ?? Object.keys(result)[0]);
      expect(order).toEqual(["userAgent", "configWarning", "data", "entries"]);
    }
  });

  it("keeps nobody waiting for ever", { timeout: 30_000 }, async () => {
    const world = await World.create({ server: { startupWarnings: () => new Promise(() => {}) } });
    const client = await world.client();
    expect(await client.call("thread/loaded/list")).toMatchObject({ data: [] });
  });
});

describe("rules that do not parse", () => {
  const summary = "Error parsing rules; custom rules not applied.";
  const started = async (details: (file: string) => string) => {
    let file = "";
    const startupWarnings = async () => [{ summary, details: details(file), path: file }];
    const world = await World.create({ server: { startupWarnings } });
    file = path.join(world.home, "rules", "bad.rules");
    mkdirSync(path.dirname(file));
    writeFileSync(file, "prefix_rule(nonsense=1)\n");
    const client = await world.client();
    await client.thread();
    await client.caughtUp();
    return allMatch(client.messages, "warning").map(({ message }) => message);
  };

  it("are told by a thread that starts, where the handshake said nothing of them", async () => {
    const [message, ...more] = await started(() => "of another file");
    expect(message).toMatch(
      /^Error parsing rules; custom rules not applied\. failed to parse rules file .*bad\.rules: /,
    );
    expect(more).toEqual([]);
  });

  it("are not told a second time", async () => {
    const [message] = await started(() => "of another file");
    const reason = String(message).slice(`${summary} `.length);
    const folder = /rules file (.*)\/rules\/bad\.rules/.exec(reason)?.[1] ?? "";
    expect(await started(file => reason.replaceAll(folder, path.dirname(path.dirname(file))))).toEqual([]);
  });
});

describe("messages", () => {
  it("protocol vector 26: that are none are dropped without a word, and the connection goes on", async () => {
    const client = await (await World.create()).client();
    for (const line of ["not json", "[]", "{}", '{"id":1}', '{"id":1.5,"method":"model/list","params":{}}', "", "  "])
      client.raw(line);
    client.raw('{"id":1,"id":2,"method":"model/list","params":{}}');
    client.raw('{"method":"initialized"}');
    client.raw('{"method":"made/up","params":5}');
    client.raw('{"id":77,"result":{}}');
    client.raw('{"id":"x","error":{"code":1,"message":"m"}}');
    client.raw(`{"id":9,"method":"thread/read","params":${"[".repeat(5_000)}${"]".repeat(5_000)}}`);
    const before = client.messages.length;
    expect(await client.call("thread/loaded/list")).toEqual({ data: [], nextCursor: null });
    expect(client.messages).toHaveLength(before + 1);
  });

  it("carry their ids back as they came", async () => {
    const client = await (await World.create()).client();
    for (const id of ['"a"', "0", "-5", "9223372036854775807", '""']) {
      const answer = new Promise<string>(resolve => {
        client.output.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      });
      client.raw(`{"id":${id},"method":"thread/loaded/list","params":{},"jsonrpc":"2.0","trace":null}`);
      expect(await answer).toBe(`{"id":${id},"result":{"data":[],"nextCursor":null}}\n`);
    }
  });

  it("may come in any pieces and all at once, and are answered in their order", async () => {
    const client = await (await World.create()).client();
    const lines = Array.from(
      { length: 100 },
      (_, n) => `{"id":"p${n}","method":"mock/experimentalMethod","params":{"value":"ä€😀"}}`,
    );
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const done = client.next(message => message["id"] === "p99");
    for (let at = 0; at < bytes.length; at += 13) client.input.write(bytes.subarray(at, at + 13));
    await done;
    const ids = client.messages.slice(1).map(message => message["id"]);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, n) => `p${n}`));
    expect(client.messages.at(-1)!["result"]).toEqual({ echoed: "ä€😀" });
  });

  it("beyond the room for waiting requests are refused, and every id has its answer", async () => {
    const client = await (await World.create()).client();
    await client.call("fs/getMetadata", { path: "/" });
    const lines = Array.from(
      { length: 400 },
      (_, n) => `{"id":${1000 + n},"method":"fs/getMetadata","params":{"path":"/"}}`,
    );
    client.raw(lines.join("\n"));
    await client.until(() => client.messages.length >= 402);
    const answers = client.messages.slice(2);
    expect(new Set(answers.map(answer => answer["id"])).size).toBe(400);
    const refused = answers.filter(answer => answer["error"] !== undefined);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!["error"]).toEqual({ code: -32001, message: "Server overloaded; retry later." });
    expect(await client.call("mock/experimentalMethod", {})).toEqual({ echoed: null });
  });
});

describe("the experimental gate", () => {
  const granular = { granular: { sandbox_approval: true, rules: true, mcp_elicitations: true } };
  it.each([
    ["V3", "thread/start", { approvalPolicy: granular }, "askForApproval.granular"],
    ["V4", "thread/start", { dynamicTools: [] }, "thread/start.dynamicTools"],
    ["protocol vector 8", "thread/start", { dynamicTools: [], approvalPolicy: granular }, "askForApproval.granular"],
    ["protocol vector 7", "thread/start", { persistExtendedHistory: true }, "thread/start.persistFullHistory"],
    ["protocol vector 5", "mock/experimentalMethod", {}, "mock/experimentalMethod"],
    ["a list", "collaborationMode/list", {}, "collaborationMode/list"],
  ])("%s: keeps %s %j from clients that did not opt in", async (_name, method, params, reason) => {
    const client = await (await World.create()).client({});
    expect(await client.refused(method, params)).toEqual({
      code: -32600,
      message: `${reason} requires experimentalApi capability`,
    });
  });
});

/**
 * What the scripted server does, whatever carries its messages. The script is data:
 *   name, instructions, tools (names of TOOLS, or whole tools), capabilities, initDelayMs, listDelayMs, initError, initResult, listResult, silent, pages, ignoreCancel
 */

const TEXT = text => ({ content: [{ type: "text", text }] });
const object = (properties = {}, required = []) => ({ type: "object", properties, required });
const string = { type: "string" };
const number = { type: "number" };

/** Every tool by name: how it is listed, and what a call does. */
const TOOLS = {
  echo: { spec: { inputSchema: object({ text: string }) }, call: async args => TEXT(`echo:${args?.text ?? ""}`) },
  struct: {
    spec: { outputSchema: object({ n: number }) },
    call: async () => ({ ...TEXT("seven"), structuredContent: { n: 7 } }),
  },
  fail: { call: async () => ({ ...TEXT("bad thing"), isError: true }) },
  everything: {
    call: async () => ({
      _meta: { z: 1, a: 2 },
      isError: false,
      structuredContent: { b: 1, a: 2 },
      more: true,
      content: [{ type: "text", text: "all" }],
    }),
  },
  nothing: { call: async () => ({ ...TEXT("nothing"), isError: null, structuredContent: null, _meta: null }) },
  rpcerr: {
    call: async () => {
      throw { code: -32050, message: "kaboom", data: { x: 1 } };
    },
  },
  empty: { call: async () => ({ content: [] }) },
  pic: {
    call: async () => ({
      content: [
        { type: "text", text: "pic" },
        { type: "image", data: "AAAA", mimeType: "image/png" },
        { type: "resource_link", uri: "mem://a", name: "a" },
      ],
    }),
  },
  pixel: {
    call: async () => ({
      content: [
        {
          type: "image",
          data: "data:image/gif;base64,R0",
          mimeType: "image/gif",
          _meta: { "codex/imageDetail": "low" },
        },
      ],
    }),
  },
  odd: { call: async () => ({ content: [{ type: "hologram", depth: 3 }] }) },
  plain: { call: async args => TEXT(`plain:${JSON.stringify(args ?? null)}`) },
  readonly: { spec: { annotations: { readOnlyHint: true } }, call: async () => TEXT("read") },
  destructive: { spec: { annotations: { destructiveHint: true, readOnlyHint: true } }, call: async () => TEXT("gone") },
  harmless: {
    spec: { annotations: { destructiveHint: false, readOnlyHint: false, openWorldHint: false } },
    call: async () => TEXT("done"),
  },
  titled: { spec: { title: "A Title", description: "Says so" }, call: async () => TEXT("titled") },
  meta: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { params }) => TEXT(JSON.stringify(params._meta)),
  },
  slow: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ ms: number }) },
    call: async (args, { wait }) => {
      await wait(args?.ms ?? 1000);
      return TEXT("slow");
    },
  },
  ticking: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { notify, params, wait }) => {
      for (let progress = 1; progress <= 3; progress++) {
        notify("notifications/progress", { progressToken: params._meta.progressToken, progress, total: 3 });
        await wait(10);
      }
      return TEXT("ticked");
    },
  },
  ask: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) =>
      TEXT(
        JSON.stringify(
          await ask("elicitation/create", {
            message: "Who are you?",
            requestedSchema: object({ name: { type: "string", minLength: 1 }, age: { type: "integer", minimum: 0 } }, [
              "name",
            ]),
            _meta: { progressToken: 9, hint: "x" },
          }),
        ),
      ),
  },
  askempty: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) =>
      TEXT(JSON.stringify(await ask("elicitation/create", { message: "Go on?", requestedSchema: object() }))),
  },
  askurl: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) =>
      TEXT(
        JSON.stringify(
          await ask("elicitation/create", {
            mode: "url",
            message: "Open this",
            url: "https://example.com/x",
            elicitationId: "e1",
          }),
        ),
      ),
  },
  asknested: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) =>
      TEXT(
        JSON.stringify(
          await ask("elicitation/create", {
            message: "?",
            requestedSchema: object({ a: { type: "object", properties: {} } }),
          }),
        ),
      ),
  },
  askdie: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask, wait }) => {
      void ask("elicitation/create", { message: "Too late?", requestedSchema: object() });
      await wait(300);
      process.exit(7);
    },
  },
  askcancel: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask, wait, notify }) => {
      const question = ask("elicitation/create", { message: "Never mind?", requestedSchema: object({ a: string }) });
      await wait(300);
      notify("notifications/cancelled", { requestId: question.id });
      await wait(300);
      return TEXT("cancelled");
    },
  },
  asksample: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) =>
      TEXT(JSON.stringify(await ask("sampling/createMessage", { messages: [], maxTokens: 1 }))),
  },
  askroots: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) => TEXT(JSON.stringify(await ask("roots/list", {}))),
  },
  pingstorm: {
    spec: { annotations: { readOnlyHint: true } },
    call: async (_args, { ask }) => {
      const answers = await Promise.all(Array.from({ length: 2000 }, () => ask("ping", {})));
      return TEXT(`pings:${answers.filter(answer => answer.result).length}`);
    },
  },
  env: { spec: { annotations: { readOnlyHint: true } }, call: async () => TEXT(JSON.stringify(process.env)) },
  cwd: { spec: { annotations: { readOnlyHint: true } }, call: async () => TEXT(process.cwd()) },
  pid: { spec: { annotations: { readOnlyHint: true } }, call: async () => TEXT(String(process.pid)) },
  seen: { spec: { annotations: { readOnlyHint: true } }, call: async (_args, { seen }) => TEXT(JSON.stringify(seen)) },
  die: { spec: { annotations: { readOnlyHint: true } }, call: async () => process.exit(7) },
  big: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ bytes: number }) },
    call: async args => TEXT("x".repeat(args?.bytes ?? 12_000_000)),
  },
  write: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ path: string }) },
    call: async args => {
      const { writeFile } = await import("node:fs/promises");
      try {
        await writeFile(args.path, "written");
        return TEXT("written");
      } catch (error) {
        return { ...TEXT(String(error.code)), isError: true };
      }
    },
  },
  read: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ path: string }) },
    call: async args => {
      const { readFile } = await import("node:fs/promises");
      return readFile(args.path, "utf8").then(TEXT, error => ({ ...TEXT(String(error.code)), isError: true }));
    },
  },
  dial: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ port: number }) },
    call: async args => {
      const { connect } = await import("node:net");
      return new Promise(resolve => {
        const socket = connect(args.port, "127.0.0.1");
        const end = result => {
          socket.destroy();
          resolve(result);
        };
        socket.once("connect", () => end(TEXT("connected")));
        socket.once("error", error => end({ ...TEXT(String(error.code)), isError: true }));
      });
    },
  },
  get: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ url: string }) },
    call: async args => {
      const { get } = await import("node:http");
      const proxy = process.env.HTTP_PROXY ? new URL(process.env.HTTP_PROXY) : null;
      const target = new URL(args.url);
      const way = proxy
        ? { host: proxy.hostname, port: proxy.port, path: args.url }
        : { host: target.hostname, port: target.port };
      return new Promise(resolve => {
        get({ ...way, headers: { host: target.host }, agent: false }, answer => {
          answer.resume();
          resolve(TEXT(String(answer.statusCode)));
        }).once("error", error => resolve({ ...TEXT(String(error.code)), isError: true }));
      });
    },
  },
  kill: {
    spec: { annotations: { readOnlyHint: true }, inputSchema: object({ pid: number }) },
    call: async args => {
      try {
        process.kill(args.pid, 0);
        return TEXT("reached");
      } catch (error) {
        return { ...TEXT(String(error.code)), isError: true };
      }
    },
  },
};

const DEFAULT_TOOLS = ["echo"];

function toolSpec(tool) {
  if (typeof tool !== "string") return tool;
  return { name: tool, inputSchema: object(), ...TOOLS[tool]?.spec };
}

/**
 * @param {any} script
 * @param {(message: unknown) => void} send
 */
export function behave(script, send) {
  const tools = script.tools ?? DEFAULT_TOOLS;
  const seen = [];
  const waiting = new Map();
  const cancels = new Map();
  let nextId = 1;
  const notify = (method, params) => send({ jsonrpc: "2.0", method, params });
  const ask = (method, params) => {
    const id = `srv-${nextId++}`;
    const answer = new Promise(resolve => {
      waiting.set(id, ({ result, error }) => resolve(error === undefined ? { result } : { error }));
      send({ jsonrpc: "2.0", id, method, params });
    });
    return Object.assign(answer, { id });
  };
  const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

  async function result(message) {
    const { method, params = {}, id } = message;
    switch (method) {
      case "initialize":
        await sleep(script.initDelayMs ?? 0);
        if (script.initError) throw script.initError;
        if (script.initResult !== undefined) return script.initResult;
        return {
          protocolVersion: params.protocolVersion,
          capabilities: script.capabilities ?? { tools: { listChanged: true }, resources: {} },
          serverInfo: { name: script.name ?? "fixture", version: "1.2.3" },
          ...(script.instructions === undefined ? {} : { instructions: script.instructions }),
        };
      case "ping":
        return {};
      case "tools/list":
        await sleep(script.listDelayMs ?? 0);
        if (script.listResult !== undefined) return script.listResult;
        if (script.many) return { tools: Array.from({ length: script.many }, (_, n) => many(n)) };
        return { tools: tools.map(toolSpec), ...(script.pages ? { nextCursor: "next" } : {}) };
      case "tools/call": {
        const tool = TOOLS[params.name];
        if (tool === undefined)
          return script.many ? TEXT(`called ${params.name}`) : { ...TEXT(`no tool ${params.name}`), isError: true };
        const cancelled = new Promise((_, reject) => cancels.set(id, () => reject(new Error("cancelled"))));
        cancelled.catch(() => {});
        const wait = ms => Promise.race([sleep(ms), cancelled]);
        return tool.call(params.arguments, { params, ask, notify, wait, seen });
      }
      case "resources/list":
        if (script.loopingCursor) return { resources: [resource("a")], nextCursor: "same" };
        if (params.cursor === "2") return { resources: [resource("b")] };
        return { resources: [resource("a")], ...(script.resourcePages ? { nextCursor: "2" } : {}) };
      case "resources/templates/list":
        return { resourceTemplates: [{ uriTemplate: "mem://{id}", name: "by id" }] };
      case "resources/read":
        if (!String(params.uri).startsWith("mem://")) throw { code: -32002, message: "no such resource" };
        return { contents: [{ uri: params.uri, mimeType: "text/plain", text: `content of ${params.uri}` }] };
      default:
        throw { code: -32601, message: method };
    }
  }

  return async message => {
    if (message.method !== undefined) seen.push({ id: message.id, method: message.method, params: message.params });
    if (script.silent && message.method === "initialize") return;
    if (message.method === "notifications/cancelled") {
      if (!script.ignoreCancel) cancels.get(message.params?.requestId)?.();
      return;
    }
    if (message.method === undefined) {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
      return;
    }
    if (message.id === undefined) return;
    try {
      const given = await result(message);
      send({ jsonrpc: "2.0", id: message.id, result: given });
    } catch (error) {
      if (error instanceof Error && error.message === "cancelled") return;
      send({
        jsonrpc: "2.0",
        id: message.id,
        error: error instanceof Error ? { code: -32603, message: error.message } : error,
      });
    } finally {
      cancels.delete(message.id);
    }
  };
}

const resource = name => ({ uri: `mem://${name}`, name });

function many(n) {
  return {
    name: `tool_${n}`,
    description: `Tool number ${n} for ${["weather", "maps", "mail", "files"][n % 4]}`,
    inputSchema: object({ query: string, [`field_${n}`]: number }),
  };
}

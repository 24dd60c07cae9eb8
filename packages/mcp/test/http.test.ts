import { type HttpScript, startHttpServer } from "@codex-ts-tools/mcp-servers";
import { describe, expect, it, onTestFinished } from "vitest";
import { errorChain } from "../src/index.ts";
import { http, start, stdio, textOf, until } from "./harness.ts";

async function serve(script: HttpScript = {}) {
  const server = await startHttpServer(script);
  onTestFinished(() => server.close());
  return server;
}

describe("servers over HTTP", () => {
  it("are spoken to in order, with their headers on everything, and told goodbye", async () => {
    const server = await serve();
    const { manager } = start(
      {
        h: http(server.url, {
          bearerTokenEnvVar: "TOK",
          httpHeaders: { "x-a": "1", "bad name": "x" },
          envHttpHeaders: { "x-b": "B", "x-c": "BLANK" },
        }),
      },
      { env: { TOK: "secret", B: "2", BLANK: "  " } },
    );
    expect(textOf(await manager.callTool("h", "echo", { text: "hi" }))).toBe("echo:hi");
    await until(() => server.requests.some(({ method }) => method === "GET"));
    await manager.shutdown();
    const bodies = server.requests
      .filter(({ method }) => method === "POST")
      .map(({ body }) => body as { method: string; id?: number; params?: unknown });
    expect(bodies.map(({ method, id }) => [method, id])).toEqual([
      ["initialize", 0],
      ["notifications/initialized", undefined],
      ["tools/list", 1],
      ["tools/call", 2],
    ]);
    expect(bodies[2]?.params).toEqual({ _meta: { progressToken: 0 } });
    expect(server.requests.at(-1)?.method).toBe("DELETE");
    for (const { headers } of server.requests) {
      expect([headers["authorization"], headers["x-a"], headers["x-b"], headers["x-c"]]).toEqual([
        "Bearer secret",
        "1",
        "2",
        undefined,
      ]);
    }
    expect(server.requests[0]?.headers["accept"]).toBe("application/json, text/event-stream");
  });

  it("may answer in plain JSON", async () => {
    const server = await serve({ json: true });
    const { manager } = start({ h: http(server.url) });
    expect(textOf(await manager.callTool("h", "echo", { text: "json" }))).toBe("echo:json");
  });

  it.each([
    ["is not set", {}],
    ["is empty", { TOK: "" }],
    ["contains invalid Unicode", { TOK: "a\ufffdb" }],
  ])("do not start when the variable of their token %s", async (what, env) => {
    const { manager } = start({ h: http("http://127.0.0.1:9/mcp", { bearerTokenEnvVar: "TOK" }) }, { env });
    const { failed } = await manager.summary();
    expect(failed[0]?.error).toBe(
      `MCP client for \`h\` failed to start: MCP startup failed: Environment variable TOK for MCP server 'h' ${what}`,
    );
  });

  it("that want a login say how to log in", async () => {
    const server = await serve({ token: "other" });
    const { manager } = start({ h: http(server.url), ok: stdio() });
    const { failed, ready } = await manager.summary();
    expect(failed).toEqual([{ server: "h", error: "The h MCP server is not logged in. Run `codex mcp login h`." }]);
    expect(ready).toEqual(["ok"]);
  });

  it("that forget a session are met again, once for everybody", async () => {
    const server = await serve({ loseSessionAfter: 1, tools: ["echo"] });
    const { manager } = start({ h: http(server.url) });
    await manager.callTool("h", "echo", { text: "1" });
    const both = await Promise.all([
      manager.callTool("h", "echo", { text: "2" }),
      manager.callTool("h", "echo", { text: "3" }),
    ]);
    expect(both.map(textOf)).toEqual(["echo:2", "echo:3"]);
    expect(
      server.requests.filter(({ body }) => (body as { method?: string } | null)?.method === "initialize"),
    ).toHaveLength(2);
  });

  it("whose stream breaks off before the answer fail the call at once, and not the next", async () => {
    const server = await serve({ cutCalls: 1 });
    const { manager } = start({ h: http(server.url) });
    const error = await manager.callTool("h", "echo", {}).catch((reason: unknown) => reason);
    expect(errorChain(error)).toEqual(["tool call failed for `h/echo`", "Transport closed"]);
    expect(textOf(await manager.callTool("h", "echo", { text: "2" }))).toBe("echo:2");
  });

  it("that send elsewhere get no credentials there", async () => {
    const other = await serve();
    const server = await serve({ redirect: other.url });
    const { manager } = start({ h: http(server.url, { httpHeaders: { authorization: "Bearer secret" } }) });
    const { failed } = await manager.summary();
    expect(failed[0]?.error).toContain("MCP client for `h` failed to start");
    expect(other.requests).toEqual([]);
  });

  it("that are not there fail with what happened", async () => {
    const server = await serve();
    await server.close();
    const { manager } = start({ h: http(server.url) });
    expect((await manager.summary()).failed[0]?.error).toContain(
      "MCP client for `h` failed to start: MCP startup failed: handshaking with MCP server failed",
    );
  });

  it("ask their questions on the stream of the call", async () => {
    const server = await serve({ tools: ["ask"] });
    const { manager } = start(
      { h: http(server.url) },
      { ask: async () => ({ action: "accept", content: { name: "Ada" }, _meta: null }) },
    );
    expect(textOf(await manager.callTool("h", "ask", {}))).toContain('"action":"accept"');
  });

  it.each<[string, boolean, unknown, string]>([
    [
      "a `_meta` that is null, on a stream",
      false,
      { result: { content: [{ type: "text", text: "ok" }], _meta: null } },
      "ok",
    ],
    [
      "a `_meta` that is null, as JSON",
      true,
      { result: { content: [{ type: "text", text: "ok" }], _meta: null } },
      "ok",
    ],
    ["a result that is a list, on a stream", false, { result: [] }, "Unexpected response type"],
    ["a result that is a list, as JSON", true, { result: [] }, "Unexpected response type"],
    ["an error without a code, on a stream", false, { error: { message: "broken" } }, "Mcp error: -32603: broken"],
    ["an error that is a text, as JSON", true, { error: "broken" }, "Mcp error: -32603: broken"],
  ])("may answer with %s, long before the time is up", async (_, json, answer, expected) => {
    const server = await serve({
      json,
      onRequest: (_request, response, body) => {
        const { id, method } = (body ?? {}) as { id?: number; method?: string };
        if (method !== "tools/call") return false;
        const text = JSON.stringify({ jsonrpc: "2.0", id, ...(answer as object) });
        response.writeHead(200, { "content-type": json ? "application/json" : "text/event-stream" });
        response.end(json ? text : `event: message\ndata: ${text}\n\n`);
        return true;
      },
    });
    const { manager } = start({ h: http(server.url) });
    const said = await manager.callTool("h", "echo", {}).then(textOf, (error: unknown) => errorChain(error).at(-1));
    expect(said).toBe(expected);
  });
});

import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { behave } from "./behaviour.mjs";

/**
 * A streamable HTTP server. Beside the script of the behaviour: `token` (what must be sent as bearer), `json` (answers as JSON instead of a
 * stream), `cutCalls` (streams of so many tool calls break off), `loseSessionAfter` (calls until the session is forgotten), `redirect`
 * (where everything is sent).
 * @param {any} script
 */
export async function startHttpServer(script = {}) {
  const requests = [];
  const sessions = new Map();
  const state = { token: script.token ?? null, cut: script.cutCalls ?? 0, left: script.loseSessionAfter ?? Infinity };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url, "http://localhost");
    const form = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
    const parsed = body === "" ? null : form ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body);
    requests.push({ method: request.method, path: url.pathname, headers: request.headers, body: parsed });
    if (script.onRequest?.(request, response, parsed) === true) return;
    if (script.redirect) {
      response.writeHead(307, { location: script.redirect }).end();
      return;
    }
    if (url.pathname !== (script.path ?? "/mcp")) return void response.writeHead(404).end();
    if (state.token !== null && request.headers.authorization !== `Bearer ${state.token}`) {
      response.writeHead(401, { "www-authenticate": "Bearer" }).end("unauthorized");
      return;
    }
    const sessionId = request.headers["mcp-session-id"];
    if (request.method === "GET") return void response.writeHead(405).end();
    if (request.method === "DELETE") {
      sessions.delete(sessionId);
      response.writeHead(200).end();
      return;
    }
    let session = sessions.get(sessionId);
    if (parsed.method === "initialize") {
      const id = randomUUID();
      session = { id, outlets: new Map(), handle: null };
      session.handle = behave(script, message => {
        const outlet = session.outlets.get(message.id) ?? [...session.outlets.values()].at(-1);
        outlet?.(message);
      });
      sessions.set(id, session);
    } else if (session === undefined) {
      response.writeHead(404).end("no such session");
      return;
    }
    if (parsed.method === "tools/call" && state.left-- <= 0) {
      state.left = Infinity;
      sessions.clear();
      response.writeHead(404).end("no such session");
      return;
    }
    if (parsed.method === undefined || parsed.id === undefined) {
      response.writeHead(202).end();
      await session.handle(parsed);
      return;
    }
    const headers = { "mcp-session-id": session.id };
    if (script.json) {
      session.outlets.set(parsed.id, message => {
        if (message.id !== parsed.id) return;
        session.outlets.delete(parsed.id);
        response.writeHead(200, { ...headers, "content-type": "application/json" }).end(JSON.stringify(message));
      });
      await session.handle(parsed);
      return;
    }
    response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
    response.flushHeaders();
    if (parsed.method === "tools/call" && state.cut > 0) {
      state.cut--;
      response.write('event: message\ndata: {"jsonrpc":"2.0","id":');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    session.outlets.set(parsed.id, message => {
      response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
      if (message.id !== parsed.id || message.method !== undefined) return;
      session.outlets.delete(parsed.id);
      response.end();
    });
    await session.handle(parsed);
  });
  await new Promise(resolve => server.listen(script.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    port,
    url: `http://127.0.0.1:${port}${script.path ?? "/mcp"}`,
    origin: `http://127.0.0.1:${port}`,
    requests,
    state,
    forgetSessions: () => sessions.clear(),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

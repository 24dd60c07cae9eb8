import type { McpServerConfig } from "@codex-ts/config";
import {
  configuredHeaders,
  oauthLoginSupport,
  resolveOauthScopes,
  shouldRetryWithoutScopes,
  startOauthLogin,
} from "@codex-ts/mcp";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { SessionMcp } from "./session-mcp.ts";

type Transport = Extract<McpServerConfig["transport"], { type: "streamable_http" }>;

/**
 * Logs in to a server that was just installed, if it wants that. The client shows the page to the person; when the person does not want to, or
 * the turn ends, the login is given up. Rejects with the reason when it fails.
 */
export async function logInToSkillServer(
  turn: TurnScope,
  mcp: SessionMcp,
  name: string,
  { transport, scopes, oauthResource }: McpServerConfig,
): Promise<void> {
  if (transport.type !== "streamable_http") return;
  const { env } = turn.session.services;
  const support = await oauthLoginSupport(transport, env, mcp.fetch);
  if (support.type !== "supported") return;
  const resolved = resolveOauthScopes(null, scopes, support.discoveredScopes);
  try {
    await logInOnce(turn, mcp, name, transport, resolved.scopes, oauthResource);
  } catch (error) {
    if (!shouldRetryWithoutScopes(resolved, error)) throw error;
    await logInOnce(turn, mcp, name, transport, [], oauthResource);
  }
}

async function logInOnce(
  turn: TurnScope,
  mcp: SessionMcp,
  name: string,
  transport: Transport,
  scopes: readonly string[],
  resource: string | null,
): Promise<void> {
  const login = await startOauthLogin({
    server: name,
    url: transport.url,
    headers: configuredHeaders(transport, turn.session.services.env),
    scopes,
    resource,
    store: mcp.credentials,
    callback: mcp.callback,
    fetch: mcp.fetch,
  });
  const over = new AbortController();
  const stop = (): void => login.cancel();
  turn.signal.addEventListener("abort", stop, { once: true });
  const shown = turn.ask(
    "mcpServer/elicitation/request",
    {
      serverName: name,
      mode: "url",
      _meta: null,
      message: `Log in to the MCP server ${name}`,
      url: login.authorizationUrl,
      elicitationId: `mcp-login-${name}-${turn.id}`,
    },
    over.signal,
  );
  void shown.then(answer => {
    const accepted = answer.type === "result" && Reflect.get(Object(answer.value), "action") === "accept";
    if (!accepted) login.cancel();
  });
  try {
    await login.completed;
  } finally {
    turn.signal.removeEventListener("abort", stop);
    over.abort();
  }
}

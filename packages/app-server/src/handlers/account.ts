import { AuthManager, fileAuthStore, systemClock, nodeFetch } from "@codex-ts/model-provider";
import type { AuthMode, GetAccountResponse, LoginAccountParams, PlanType } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";

/** Who is logged in. */
export const handlers: HandlerTable = {
  "account/read": readAccount,
  "account/login/start": login,
  "account/login/cancel": ({ loginId }) => {
    if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(loginId))
      throw invalidRequest(`invalid login id: ${loginId}`);
    return { status: "notFound" };
  },
  "account/logout": async (_, context) => {
    await authOf(context.server).logout();
    context.afterReply(() => context.server.broadcast("account/updated", { authMode: null, planType: null }));
    return {};
  },
  "account/rateLimits/read": (_, { server }) => needsChatgpt(server, "to read rate limits"),
  "account/sendAddCreditsNudgeEmail": (_, { server }) => needsChatgpt(server, "to notify workspace owner"),
  getAuthStatus: async ({ includeToken }, { server }) => {
    const requiresOpenaiAuth = await requiresOpenai(server);
    const auth = authOf(server);
    const status = await auth.status();
    if (!requiresOpenaiAuth || status.kind === "none") return { authMethod: null, authToken: null, requiresOpenaiAuth };
    const token = includeToken === true ? ((await auth.credential())?.token ?? null) : null;
    return { authMethod: modeOf(status.kind), authToken: token, requiresOpenaiAuth };
  },
};

function authOf(server: AppServer): AuthManager {
  return new AuthManager({
    store: fileAuthStore(server.options.codexHome),
    env: server.env,
    clock: systemClock,
    fetch: nodeFetch,
  });
}

const modeOf = (kind: "apiKey" | "chatgpt"): AuthMode => (kind === "apiKey" ? "apikey" : "chatgpt");

async function requiresOpenai(server: AppServer): Promise<boolean> {
  const { config } = await server.baseConfig();
  return config.modelProvider.requiresOpenaiAuth;
}

async function readAccount(_: unknown, { server }: RequestContext): Promise<GetAccountResponse> {
  if (!(await requiresOpenai(server))) return { account: null, requiresOpenaiAuth: false };
  const status = await authOf(server).status();
  if (status.kind === "none") return { account: null, requiresOpenaiAuth: true };
  if (status.kind === "apiKey") return { account: { type: "apiKey" }, requiresOpenaiAuth: true };
  const planType = (status.planType ?? "unknown") as PlanType;
  return { account: { type: "chatgpt", email: status.email ?? "", planType }, requiresOpenaiAuth: true };
}

async function login(params: LoginAccountParams, context: RequestContext<"account/login/start">) {
  const { server } = context;
  const { config } = await server.baseConfig();
  if (params.type === "apiKey") {
    if (config.forcedLoginMethod === "chatgpt")
      throw invalidRequest("API key login is disabled. Use ChatGPT login instead.");
    await authOf(server).loginWithApiKey(params.apiKey);
    context.afterReply(() => {
      server.broadcast("account/login/completed", { loginId: null, success: true, error: null });
      server.broadcast("account/updated", { authMode: "apikey", planType: null });
    });
    return { type: "apiKey" as const };
  }
  if (config.forcedLoginMethod === "api") {
    const text = params.type === "chatgptAuthTokens" ? "External ChatGPT auth" : "ChatGPT login";
    throw invalidRequest(`${text} is disabled. Use API key login instead.`);
  }
  throw invalidRequest("this server logs in with an API key only (account/login/start with type apiKey)");
}

async function needsChatgpt(server: AppServer, purpose: string): Promise<never> {
  const { kind } = await authOf(server).status();
  const what = kind === "none" ? "codex account" : "chatgpt";
  throw invalidRequest(`${what} authentication required ${purpose}`);
}

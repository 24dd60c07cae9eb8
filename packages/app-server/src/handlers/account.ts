import {
  type AuthManager,
  type Credential,
  type LoginStatus,
  nodeFetch,
  planTypeOf,
  readAccountRateLimits,
  sendCreditsNudge,
  systemClock,
} from "@codex-ts/model-provider";
import type { BrowserLoginOptions } from "@codex-ts/model-provider/login";
import type { AuthMode, GetAccountParams, GetAccountResponse, LoginAccountParams } from "@codex-ts/protocol";
import { quoted } from "@codex-ts/protocol/rpc";
import { askForTokens, externalTokens } from "../account/external-tokens.ts";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import type { AppServer } from "../server.ts";

/** Who is logged in (spec: app-server, section 14). */
export const handlers: HandlerTable = {
  "account/read": readAccount,
  "account/login/start": login,
  "account/login/cancel": async ({ loginId }, { server }) => {
    if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(loginId))
      throw invalidRequest(`invalid login id: ${loginId}`);
    return { status: (await server.logins.cancel(loginId.toLowerCase())) ? "canceled" : "notFound" };
  },
  "account/logout": async (_, context) => {
    const { server } = context;
    await server.logins.giveUp();
    await (await server.logins.manager()).logout();
    context.afterReply(() => server.broadcast("account/updated", { authMode: null, planType: null }));
    return {};
  },
  "account/rateLimits/read": async (_, { server }) => {
    const call = await backendCall(server, "to read rate limits");
    return await readAccountRateLimits(call).catch(refused("failed to fetch codex rate limits"));
  },
  "account/sendAddCreditsNudgeEmail": async ({ creditType }, { server }) => {
    const call = await backendCall(server, "to notify workspace owner");
    return { status: await sendCreditsNudge(call, creditType).catch(refused("failed to notify workspace owner")) };
  },
  getAuthStatus: async ({ includeToken, refreshToken }, { server }) => {
    const requiresOpenaiAuth = await requiresOpenai(server);
    const auth = await server.logins.manager();
    if (refreshToken === true) await renew(auth, server);
    const status = shownStatus(await auth.status());
    if (!requiresOpenaiAuth || status.kind === "none") return { authMethod: null, authToken: null, requiresOpenaiAuth };
    const token = (await auth.credential())?.token ?? null;
    // An empty key is a login to look at, and no method to log in with.
    if (token === null) return { authMethod: null, authToken: null, requiresOpenaiAuth };
    return { authMethod: modeOf(status), authToken: includeToken === true ? token : null, requiresOpenaiAuth };
  },
};

/** Clients are told of logins. A key that is only in the environment is none: it can be neither seen nor ended here. */
function shownStatus(status: LoginStatus): LoginStatus {
  return status.kind === "apiKey" && status.from === "OPENAI_API_KEY" ? { kind: "none" } : status;
}

function modeOf(status: Exclude<LoginStatus, { kind: "none" }>): AuthMode {
  if (status.kind === "apiKey") return "apikey";
  return status.from === "external" ? "chatgptAuthTokens" : "chatgpt";
}

async function requiresOpenai(server: AppServer): Promise<boolean> {
  const { config } = await server.baseConfig();
  return config.modelProvider.requiresOpenaiAuth;
}

/** A login that cannot be renewed now is shown as it is. */
async function renew(auth: AuthManager, server: AppServer): Promise<void> {
  await auth.renew().catch((error: unknown) => server.log(`login: ${String(error)}`));
}

async function readAccount(
  { refreshToken }: GetAccountParams,
  { server }: RequestContext,
): Promise<GetAccountResponse> {
  const auth = await server.logins.manager();
  if (refreshToken) await renew(auth, server);
  if (!(await requiresOpenai(server))) return { account: null, requiresOpenaiAuth: false };
  const status = shownStatus(await auth.status());
  if (status.kind === "none") return { account: null, requiresOpenaiAuth: true };
  if (status.kind === "apiKey") return { account: { type: "apiKey" }, requiresOpenaiAuth: true };
  const planType = planTypeOf(status.planType) ?? "unknown";
  return { account: { type: "chatgpt", email: status.email ?? "", planType }, requiresOpenaiAuth: true };
}

type LoginContext = RequestContext<"account/login/start">;

async function login(params: LoginAccountParams, context: LoginContext) {
  const { server } = context;
  const { config } = await server.baseConfig();
  const forced = config.forcedLoginMethod;
  if (params.type === "chatgptAuthTokens") {
    if (forced === "api") throw invalidRequest("External ChatGPT auth is disabled. Use API key login instead.");
    return await externalLogin(params, config.forcedChatgptWorkspaceId, context);
  }
  if ((await server.logins.manager()).isExternal) {
    throw invalidRequest(
      "External auth is active. Use account/login/start (chatgptAuthTokens) to update it or account/logout to clear it.",
    );
  }
  if (params.type === "apiKey") {
    if (forced === "chatgpt") throw invalidRequest("API key login is disabled. Use ChatGPT login instead.");
    return await apiKeyLogin(params.apiKey, context);
  }
  if (forced === "api") throw invalidRequest("ChatGPT login is disabled. Use API key login instead.");
  const options = { ...server.options.login, fetch, clock: systemClock, workspaceId: config.forcedChatgptWorkspaceId };
  return params.type === "chatgpt" ? await browserLogin(options, server) : await deviceLogin(options, server);
}

async function apiKeyLogin(apiKey: string, context: LoginContext) {
  const { server } = context;
  await server.logins.giveUp();
  await (await server.logins.manager()).loginWithApiKey(apiKey);
  context.afterReply(() => {
    server.broadcast("account/login/completed", { loginId: null, success: true, error: null });
    server.broadcast("account/updated", { authMode: "apikey", planType: null });
  });
  return { type: "apiKey" as const };
}

type ChatgptOptions = Omit<BrowserLoginOptions, "originator">;

async function browserLogin(options: ChatgptOptions, server: AppServer) {
  const { startBrowserLogin } = await import("@codex-ts/model-provider/login");
  await server.logins.giveUp();
  const started = await startBrowserLogin({ ...options, originator: server.originatorName }).catch(
    refused("failed to start login server"),
  );
  const { authUrl } = started;
  return { type: "chatgpt" as const, loginId: server.logins.wait(started), authUrl };
}

async function deviceLogin(options: ChatgptOptions, server: AppServer) {
  const { startDeviceLogin } = await import("@codex-ts/model-provider/login");
  await server.logins.giveUp();
  const started = await startDeviceLogin(options).catch(refused("failed to request device code"));
  const { verificationUrl, userCode } = started;
  return { type: "chatgptDeviceCode" as const, loginId: server.logins.wait(started), verificationUrl, userCode };
}

async function externalLogin(
  { accessToken, chatgptAccountId, chatgptPlanType }: Extract<LoginAccountParams, { type: "chatgptAuthTokens" }>,
  workspaceId: string | null,
  context: LoginContext,
) {
  const { server, connection } = context;
  if (workspaceId !== null && workspaceId !== chatgptAccountId) {
    throw invalidRequest(`External auth must use workspace ${workspaceId}, but received ${quoted(chatgptAccountId)}.`);
  }
  await server.logins.giveUp();
  const manager = await server.logins.manager();
  const tokens = externalTokens(accessToken, chatgptAccountId, chatgptPlanType);
  manager.useExternalTokens(tokens, previous => askForTokens(server, connection, previous));
  context.afterReply(() => {
    server.broadcast("account/login/completed", { loginId: null, success: true, error: null });
    server.broadcast("account/updated", { authMode: "chatgptAuthTokens", planType: planTypeOf(tokens.planType) });
  });
  return { type: "chatgptAuthTokens" as const };
}

/** What asking the ChatGPT backend for the account needs; anything but a ChatGPT login is refused. */
async function backendCall(server: AppServer, purpose: string) {
  const auth = await server.logins.manager();
  const { kind } = shownStatus(await auth.status());
  if (kind !== "chatgpt") {
    throw invalidRequest(`${kind === "none" ? "codex account" : "chatgpt"} authentication required ${purpose}`);
  }
  const credential: Credential | null = await auth.credential();
  if (credential === null) throw invalidRequest(`codex account authentication required ${purpose}`);
  const { config } = await server.baseConfig();
  return { fetch: nodeFetch, baseUrl: config.chatgptBaseUrl, credential, userAgent: server.userAgentName };
}

/** An internal error that says what was tried. */
function refused(what: string): (error: unknown) => never {
  return error => {
    throw internal(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
}

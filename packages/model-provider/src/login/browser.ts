import { createServer, type Server, type ServerResponse } from "node:http";
import type { StoredTokens } from "../auth/store.ts";
import { type Clock, sleep } from "../clock.ts";
import {
  cancellable,
  checkWorkspace,
  DEFAULT_ISSUER,
  exchangeCode,
  type Issuer,
  LoginError,
  openIssuer,
} from "./issuer.ts";

export interface BrowserLoginOptions {
  fetch: typeof fetch;
  clock: Clock;
  originator: string;
  issuer?: string;
  /** Port of the callback; the issuer knows only the default, 1455. */
  port?: number;
  /** Only logins of this workspace. */
  workspaceId?: string | null;
}

/** A login that waits for a person. */
export interface BrowserLogin {
  /** Page to open in a browser. */
  authUrl: string;
  /** Tokens to store (`AuthManager.loginWithTokens`). Rejects with a LoginError. */
  completed: Promise<StoredTokens>;
  cancel(): void;
}

const PORT = 1455;
const LIMIT_MS = 10 * 60 * 1000;
const TRIES = 10;
const PAUSE_MS = 200;
const SCOPE = "openid profile email offline_access api.connectors.read api.connectors.invoke";

/**
 * Starts a login in a browser: an authorization code with PKCE, called back to a server on this machine.
 * @throws {LoginError} `port_in_use`
 */
export async function startBrowserLogin(options: BrowserLoginOptions): Promise<BrowserLogin> {
  const issuer = await openIssuer(options.issuer ?? DEFAULT_ISSUER, options.fetch);
  const { oauth, server: facts, client } = issuer;
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const server = createServer();
  const port = await listenInTurn(server, options.port ?? PORT, options);
  const redirectUri = `http://localhost:${port}/auth/callback`;
  const url = new URL(facts.authorization_endpoint ?? "");
  const parameters: Record<string, string> = {
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: SCOPE,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    id_token_add_organizations: "true",
    codex_cli_simplified_flow: "true",
    state,
    originator: options.originator,
    ...(options.workspaceId ? { allowed_workspace_id: options.workspaceId } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const { completed, cancel } = cancellable(
    async signal =>
      checkWorkspace(await callback(server, issuer, { state, verifier, redirectUri, signal }), options.workspaceId),
    options.clock,
    LIMIT_MS,
  );
  const closed = completed.finally(() => {
    server.close();
    server.closeAllConnections();
  });
  closed.catch(() => {});
  return { authUrl: url.href, completed: closed, cancel };
}

/** A login that waits on this port, of this program or another one, is asked to give way. */
async function listenInTurn(
  server: Server,
  port: number,
  { fetch: fetcher, clock }: Pick<BrowserLoginOptions, "fetch" | "clock">,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      if (tries === TRIES) throw error;
      await fetcher(`http://127.0.0.1:${port}/cancel`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      await sleep(clock, PAUSE_MS);
    }
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.removeAllListeners("listening");
      const text = `Port ${port} cannot be used for the login (${error.code ?? "error"}): another login may be running. End it, or log in with a device code.`;
      reject(new LoginError("port_in_use", text));
    };
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", failed);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Waits for the browser to come back with a code of this login; anything else is turned away. */
function callback(
  server: Server,
  issuer: Issuer,
  {
    state,
    verifier,
    redirectUri,
    signal,
  }: { state: string; verifier: string; redirectUri: string; signal: AbortSignal },
): Promise<StoredTokens> {
  const { oauth, server: facts, client } = issuer;
  return new Promise((resolve, reject) => {
    server.on("request", (request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname === "/cancel") {
        page(response, 200, "Cancelled", "Another login was started.");
        response.once("close", () => reject(new LoginError("cancelled", "Login cancelled")));
        return;
      }
      if (url.pathname !== "/auth/callback") return page(response, 404, "Not found", "This page belongs to a login.");
      if (url.searchParams.get("state") !== state) {
        return page(response, 400, "Not this login", "The answer belongs to another login. Go back to the newest one.");
      }
      let parameters: URLSearchParams;
      try {
        parameters = oauth.validateAuthResponse(facts, client, url, state);
      } catch {
        const reason = url.searchParams.get("error_description") ?? url.searchParams.get("error") ?? "no code was sent";
        page(response, 400, "Not logged in", reason);
        reject(new LoginError("refused", `The login was refused: ${reason}`));
        return;
      }
      exchangeCode(issuer, parameters, redirectUri, verifier).then(
        tokens => {
          response.once("close", () => resolve(tokens));
          page(response, 200, "Logged in", "You may close this page and go back to the terminal.");
        },
        (error: unknown) => {
          page(response, 502, "Not logged in", "The login server did not hand out tokens. Try again.");
          reject(error);
        },
      );
    });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function page(response: ServerResponse, status: number, title: string, text: string): void {
  const safe = (value: string) => value.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", connection: "close" });
  response.end(`<!doctype html><title>${safe(title)}</title><h1>${safe(title)}</h1><p>${safe(text)}</p>`);
}

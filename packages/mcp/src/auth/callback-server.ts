import { createServer, type ServerResponse } from "node:http";
import { McpError, OauthProviderError } from "../errors.ts";

export interface CallbackOptions {
  /** `mcp_oauth_callback_port`; null: any free one. */
  port: number | null;
  /** `mcp_oauth_callback_url`; null: this machine. */
  url: string | null;
}

/** A server that waits for the browser to come back. */
export interface CallbackServer {
  redirectUri: string;
  /** The code that came with this state. Rejects with what the provider said, or when time is up. */
  code(state: string, signal: AbortSignal): Promise<string>;
  close(): void;
}

const COMPLETE = "Authentication complete. You may close this window.";
const INVALID = "Invalid OAuth callback";
const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Opens the server. Throws `McpError` for a port or URL that cannot be used. */
export async function openCallbackServer({ port, url }: CallbackOptions): Promise<CallbackServer> {
  if (port !== null && (port < 1 || port > 65535)) {
    throw new McpError("oauth", `invalid MCP OAuth callback port \`${port}\`: port must be between 1 and 65535`);
  }
  if (url !== null && !URL.canParse(url)) {
    throw new McpError("oauth", `invalid MCP OAuth callback URL \`${url}\``);
  }
  const host = url === null || LOCAL_HOSTS.has(new URL(url).hostname) ? "127.0.0.1" : "0.0.0.0";
  const server = createServer();
  const bound = await new Promise<number>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new McpError("oauth", `the OAuth callback port ${port ?? ""} cannot be used: ${error.code ?? error.message}`),
      ),
    );
    server.listen(port ?? 0, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const redirectUri = url ?? `http://127.0.0.1:${bound}/callback`;
  const { pathname } = new URL(redirectUri);
  const code = (state: string, signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      server.on("request", (request, response) => {
        const asked = new URL(request.url ?? "/", "http://localhost");
        const outcome = readCallback(asked, pathname, state);
        if (outcome === null) return answer(response, 400, INVALID);
        if ("error" in outcome) {
          answer(response, 400, outcome.error);
          reject(new OauthProviderError(outcome.error));
        } else {
          answer(response, 200, COMPLETE);
          resolve(outcome.code);
        }
      });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  const close = (): void => {
    server.close();
    // The last page is on its way to the browser.
    setTimeout(() => server.closeAllConnections(), 500).unref();
  };
  return { redirectUri, code, close };
}

/** What a request brings: the code of this login, the provider's refusal, or nothing that belongs to it. */
function readCallback(asked: URL, path: string, state: string): { code: string } | { error: string } | null {
  if (asked.pathname !== path) return null;
  const query = asked.searchParams;
  const [code, answered] = [query.get("code"), query.get("state")];
  if (code !== null && answered !== null) return answered === state ? { code } : null;
  const [error, description] = [query.get("error"), query.get("error_description")];
  if (error === null && description === null) return null;
  // A refusal without our state may come from any page that knows the port.
  if (answered !== null && answered !== state) return null;
  const said = [error, description].filter(part => part !== null).join(": ");
  return { error: `OAuth provider returned an error: ${said}` };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
  response.end(text);
}

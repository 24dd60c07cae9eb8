import { createHash, randomUUID } from "node:crypto";

/**
 * Requests of an issuer of tokens: discovery, registration, a page to agree on, tokens. Give `onRequest` to `startHttpServer`, so that it
 * stands at the server's own host. What it saw is in `registrations`, `authorizations` and `tokenRequests`.
 * @param {any} options `path` of the server it belongs to, `scopes`, `expiresIn` (seconds), `refuse` (error of the page), `page` (ask by a button)
 */
export function issuer(options = {}) {
  const seen = { registrations: [], authorizations: [], tokenRequests: [], issued: [] };
  const codes = new Map();
  const refreshTokens = new Map();
  const where = options.path ?? "/mcp";
  /** @type {{ token: string | null } | null} */
  const binding = { state: null };

  function tokens(scope) {
    const access = options.accessToken?.(seen.issued.length) ?? `access-${randomUUID()}`;
    const refresh = `refresh-${randomUUID()}`;
    refreshTokens.set(refresh, scope);
    seen.issued.push(access);
    if (binding.state) binding.state.token = access;
    return {
      access_token: access,
      token_type: "Bearer",
      ...(options.expiresIn === undefined ? {} : { expires_in: options.expiresIn }),
      refresh_token: refresh,
      ...(scope ? { scope } : {}),
    };
  }

  function onRequest(request, response, body) {
    const base = `http://${request.headers.host}`;
    const url = new URL(request.url, base);
    const json = (status, value) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === (options.wellKnown ?? `/.well-known/oauth-authorization-server${where}`)) {
      json(200, {
        issuer: base,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        registration_endpoint: `${base}/register`,
        response_types_supported: ["code"],
        code_challenge_methods_supported: ["S256"],
        ...(options.scopes === undefined ? {} : { scopes_supported: options.scopes }),
      });
      return true;
    }
    if (url.pathname === "/register") {
      seen.registrations.push(body);
      json(201, { ...body, client_id: "client-1" });
      return true;
    }
    if (url.pathname === "/authorize") {
      seen.authorizations.push(Object.fromEntries(url.searchParams));
      if (options.page && url.searchParams.get("agreed") !== "yes") {
        const again = new URL(url);
        again.searchParams.set("agreed", "yes");
        response
          .writeHead(200, { "content-type": "text/html" })
          .end(
            `<!doctype html><a id="agree" href="${again.href.replaceAll("&", "&amp;")}">Agree</a><script>document.getElementById("agree").click()</script>`,
          );
        return true;
      }
      const back = new URL(url.searchParams.get("redirect_uri"));
      const scope = url.searchParams.get("scope") ?? "";
      const refused = typeof options.refuse === "function" ? options.refuse(scope) : options.refuse;
      if (refused) back.searchParams.set("error", refused);
      else {
        const code = randomUUID();
        codes.set(code, { challenge: url.searchParams.get("code_challenge"), scope });
        back.searchParams.set("code", code);
      }
      back.searchParams.set("state", url.searchParams.get("state"));
      response.writeHead(302, { location: back.href }).end();
      return true;
    }
    if (url.pathname === "/token") {
      const form = body;
      seen.tokenRequests.push(form);
      if (form.grant_type === "authorization_code") {
        const issued = codes.get(form.code);
        codes.delete(form.code);
        const challenge = createHash("sha256")
          .update(form.code_verifier ?? "")
          .digest("base64url");
        if (issued === undefined || issued.challenge !== challenge) json(400, { error: "invalid_grant" });
        else json(200, tokens(issued.scope));
        return true;
      }
      const scope = refreshTokens.get(form.refresh_token);
      if (scope === undefined || options.refuseRefresh) json(400, { error: "invalid_grant" });
      else json(200, tokens(scope));
      return true;
    }
    return false;
  }
  return { ...seen, binding, onRequest };
}

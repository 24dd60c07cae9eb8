import type { McpClock } from "../clock.ts";
import type { Fetch } from "../connection/http-fetch.ts";
import type { TokenRecovery } from "../connection/manager-options.ts";
import type { CredentialStore, StoredLogin } from "./store.ts";

/** Where logins are kept. */
export interface OauthOptions {
  store: CredentialStore;
}

/** A token that ends within this time is renewed before it is used, milliseconds. */
const RENEW_BEFORE_MS = 30_000;

/** The stored login of one server while it is in use: hands out its token, and renews it in time. */
export class OauthTokens {
  private readonly server: string;
  private readonly url: string;
  private readonly options: OauthOptions & { fetch: Fetch; clock: McpClock };
  private renewing: Promise<StoredLogin | null> | null = null;

  constructor(server: string, url: string, options: OauthOptions & { fetch: Fetch; clock: McpClock }) {
    this.server = server;
    this.url = url;
    this.options = options;
  }

  /** The token to use now; null: nobody is logged in. Never rejects. */
  async current(): Promise<string | null> {
    const login = await this.load();
    if (login === null) return null;
    const ends = login.expiresAt;
    if (ends === null || ends - this.options.clock.now() > RENEW_BEFORE_MS) return login.accessToken;
    return ((await this.refreshed(login)) ?? login).accessToken;
  }

  /** The server refused the token: another one is got, once for each request, if the login allows it. */
  recovery(): TokenRecovery {
    let tried = false;
    return {
      next: async () => {
        if (tried) return false;
        tried = true;
        const login = await this.load();
        return login !== null && (await this.refreshed(login)) !== null;
      },
    };
  }

  private load(): Promise<StoredLogin | null> {
    return this.options.store.load(this.server, this.url).catch(() => null);
  }

  /** Once for everybody who asks at the same time. */
  private refreshed(login: StoredLogin): Promise<StoredLogin | null> {
    this.renewing ??= this.refresh(login).finally(() => (this.renewing = null));
    return this.renewing;
  }

  private async refresh(login: StoredLogin): Promise<StoredLogin | null> {
    if (login.refreshToken === null) return null;
    try {
      const { refreshLogin } = await import("./token-requests.ts");
      const renewed = await refreshLogin(login, login.refreshToken, this.options.fetch, this.options.clock.now());
      await this.options.store.save(renewed);
      return renewed;
    } catch {
      return null;
    }
  }
}

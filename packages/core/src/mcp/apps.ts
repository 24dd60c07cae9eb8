import {
  CODEX_APPS_SERVER,
  codexAppsToolsCache,
  codexAppsToolsCacheKey,
  type McpAuth,
  type McpManagerOptions,
  type McpServers,
  withCodexAppsMcp,
} from "@codex-ts/mcp";
import { type AuthSource, requestAuth } from "@codex-ts/model-provider";

/** Plans whose accounts are workspaces of an organisation. */
const WORKSPACE_PLANS = new Set([
  "team",
  "self_serve_business_usage_based",
  "business",
  "enterprise_cbp_usage_based",
  "enterprise",
  "hc",
  "edu",
]);

export interface AppsFacts {
  codexHome: string;
  chatgptBaseUrl: string;
  /** The feature `apps`. */
  enabled: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/** The apps of the person who is logged in at ChatGPT: where their server is, what it is shown, and what it had before (spec mcp.md 2). */
export class AppsAccess {
  private constructor(
    private readonly auth: AuthSource,
    private readonly facts: AppsFacts,
  ) {}

  /** Looks who is logged in; nothing is asked over the network. */
  static async open(auth: AuthSource, facts: AppsFacts): Promise<AppsAccess> {
    if (facts.enabled) await auth.prepare?.();
    return new AppsAccess(auth, facts);
  }

  /** Somebody is logged in who may have apps, and wants them. */
  get enabled(): boolean {
    return this.facts.enabled && (this.auth.kind === "chatgpt" || this.auth.kind === "external");
  }

  /** These servers, and that of apps if there is one; no other has its name. */
  withApps(servers: McpServers): McpServers {
    const { chatgptBaseUrl, enabled, env } = this.facts;
    const auth = { usesChatgptBackend: this.enabled };
    return withCodexAppsMcp(servers, auth, { appsEnabled: enabled, chatgptBaseUrl }, env);
  }

  /** Whether a server is shown the person's own login. */
  readonly takesLogin = (server: string): boolean => server === CODEX_APPS_SERVER && this.enabled;

  /** What connections need for it. */
  get options(): Pick<McpManagerOptions, "runtimeAuth"> {
    return {
      runtimeAuth: server =>
        this.takesLogin(server)
          ? {
              headers: async () => requestAuth(await this.auth.credential().catch(() => null)).headers,
              recovery: () => {
                const recovery = this.auth.recovery();
                return { next: () => recovery.next().catch(() => false) };
              },
            }
          : null,
    };
  }

  /** The tools that apps had in an earlier session of the same person. */
  get cache(): NonNullable<McpManagerOptions["appsCache"]> {
    return codexAppsToolsCache(this.facts.codexHome, async () => codexAppsToolsCacheKey(await this.whose()));
  }

  private async whose(): Promise<McpAuth | null> {
    const credential = await this.auth.credential().catch(() => null);
    if (credential?.kind !== "chatgpt") return null;
    return {
      usesChatgptBackend: true,
      accountId: credential.accountId,
      chatgptUserId: credential.userId ?? null,
      isWorkspaceAccount: WORKSPACE_PLANS.has(credential.planType ?? ""),
    };
  }
}

import { systemClock } from "../clock.ts";
import type { Fetch } from "../connection/http-fetch.ts";

const TIMEOUT_MS = 5000;
const WELL_KNOWN = "/.well-known/oauth-authorization-server";

/** What an MCP server's host says about logging in. */
export interface OauthDiscovery {
  /** Null: it names none. */
  scopesSupported: string[] | null;
  /** The whole document. */
  metadata: Record<string, unknown>;
}

/** Where a server at this path may describe its authorization, in the order in which they are asked. */
export function discoveryPaths(path: string): string[] {
  const trimmed = path.replaceAll(/^\/+|\/+$/g, "");
  return trimmed === "" ? [WELL_KNOWN] : [`${WELL_KNOWN}/${trimmed}`, `/${trimmed}${WELL_KNOWN}`, WELL_KNOWN];
}

/** Scopes without blanks and repetitions; null when none is left. */
export function normalizeScopes(scopes: unknown): string[] | null {
  if (!Array.isArray(scopes)) return null;
  const trimmed = scopes.filter(scope => typeof scope === "string").map(scope => scope.trim());
  const distinct = [...new Set(trimmed)].filter(scope => scope !== "");
  return distinct.length === 0 ? null : distinct;
}

/** Asks a server's host how to log in; null when it does not say. Never rejects. */
export async function discoverOauth(
  url: string,
  headers: Readonly<Record<string, string>>,
  fetch: Fetch,
): Promise<OauthDiscovery | null> {
  if (!URL.canParse(url)) return null;
  const base = new URL(url);
  for (const path of discoveryPaths(base.pathname)) {
    const metadata = await readMetadata(new URL(path, base.origin), headers, fetch);
    if (metadata !== null) return { scopesSupported: normalizeScopes(metadata["scopes_supported"]), metadata };
  }
  return null;
}

async function readMetadata(
  url: URL,
  headers: Readonly<Record<string, string>>,
  fetch: Fetch,
): Promise<Record<string, unknown> | null> {
  const late = new AbortController();
  const done = new AbortController();
  void systemClock.sleep(TIMEOUT_MS, done.signal).then(() => late.abort());
  try {
    const response = await fetch(url, {
      headers: { ...headers, "MCP-Protocol-Version": "2024-11-05" },
      signal: late.signal,
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return null;
    }
    const metadata: unknown = await response.json();
    return isMetadata(metadata) ? metadata : null;
  } catch {
    return null;
  } finally {
    done.abort();
  }
}

function isMetadata(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const endpoint = (name: string): boolean => typeof Reflect.get(value, name) === "string";
  return endpoint("authorization_endpoint") && endpoint("token_endpoint");
}

import { SandboxError } from "../errors.ts";

/** Variables whose proxies a command inside an isolated network still has to reach (section 5), in upper case. */
const routedVariables: ReadonlySet<string> = new Set([
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "FTP_PROXY",
  "YARN_HTTP_PROXY",
  "YARN_HTTPS_PROXY",
  "NPM_CONFIG_HTTP_PROXY",
  "NPM_CONFIG_HTTPS_PROXY",
  "NPM_CONFIG_PROXY",
  "BUNDLE_HTTP_PROXY",
  "BUNDLE_HTTPS_PROXY",
  "PIP_PROXY",
  "DOCKER_HTTP_PROXY",
  "DOCKER_HTTPS_PROXY",
]);

/** A proxy variable that leads to this machine's loopback. */
export interface ProxyRoute {
  variable: string;
  host: string;
  port: number;
}

/**
 * The proxies that an environment names and that can be bridged, sorted by variable.
 * @throws SandboxError `invalid_request` when there is none: a command must never run unproxied instead
 */
export function proxyRoutes(env: Readonly<Record<string, string>>): ProxyRoute[] {
  const named = Object.entries(env).filter(
    ([name, value]) => routedVariables.has(name.toUpperCase()) && value.trim() !== "",
  );
  const routes = named.flatMap(([variable, value]) => {
    const endpoint = loopbackEndpoint(value);
    return endpoint === null ? [] : [{ variable, ...endpoint }];
  });
  if (routes.length > 0) return routes.sort((left, right) => (left.variable < right.variable ? -1 : 1));
  throw new SandboxError(
    "invalid_request",
    named.length > 0
      ? "managed proxy mode requires parseable loopback proxy endpoints"
      : "managed proxy mode requires proxy environment variables",
  );
}

const PROXY_URL =
  /^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/)?([^/?#@]*@)?(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(?=[/?#]|$)/i;

function loopbackEndpoint(value: string): { host: string; port: number } | null {
  const match = PROXY_URL.exec(value.trim());
  if (match === null) return null;
  const [, scheme = "http://", , host = "", digits] = match;
  const port = digits === undefined ? defaultPort(scheme.toLowerCase()) : Number(digits);
  if (port === 0 || port > 65_535) return null;
  return { host: host.toLowerCase().replace(/^\[|\]$/g, ""), port };
}

function defaultPort(scheme: string): number {
  if (scheme === "https://") return 443;
  return scheme.startsWith("socks") ? 1080 : 80;
}

/** The same proxy on another port of 127.0.0.1; scheme, login and the rest stay as they are written. */
export function rewriteProxy(value: string, port: number): string {
  return value.trim().replace(PROXY_URL, (_all, scheme = "", login = "") => `${scheme}${login}127.0.0.1:${port}`);
}

const FOLDER = /^codex-linux-sandbox-proxy-(\d+)-\d+$/;

/** Name of the folder that holds the sockets of a process. */
export function routeFolderName(pid: number, number: number): string {
  return `codex-linux-sandbox-proxy-${pid}-${number}`;
}

/** The process that a folder of sockets belongs to; null for anything else. */
export function routeFolderOwner(name: string): number | null {
  const pid = FOLDER.exec(name)?.[1];
  return pid === undefined ? null : Number(pid);
}

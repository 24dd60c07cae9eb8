/** Addresses that children reach without the proxy, if at all (section 3.2). It does not depend on the policy. */
const NO_PROXY = "localhost,127.0.0.1,::1,169.254.0.0/16,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16";

const httpKeys = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "http_proxy",
  "https_proxy",
  "YARN_HTTP_PROXY",
  "YARN_HTTPS_PROXY",
  "npm_config_http_proxy",
  "npm_config_https_proxy",
  "npm_config_proxy",
  "NPM_CONFIG_HTTP_PROXY",
  "NPM_CONFIG_HTTPS_PROXY",
  "NPM_CONFIG_PROXY",
  "BUNDLE_HTTP_PROXY",
  "BUNDLE_HTTPS_PROXY",
  "PIP_PROXY",
  "DOCKER_HTTP_PROXY",
  "DOCKER_HTTPS_PROXY",
  "WS_PROXY",
  "WSS_PROXY",
  "ws_proxy",
  "wss_proxy",
] as const;
const anyKeys = ["ALL_PROXY", "all_proxy", "FTP_PROXY", "ftp_proxy"] as const;
const noProxyKeys = [
  "NO_PROXY",
  "no_proxy",
  "npm_config_noproxy",
  "NPM_CONFIG_NOPROXY",
  "YARN_NO_PROXY",
  "BUNDLE_NO_PROXY",
] as const;

const GIT_SSH_PREFIX = "CODEX_PROXY_GIT_SSH_COMMAND=1 ssh -o ProxyCommand='nc -X 5 -x ";
const GIT_SSH_SUFFIX = " %h %p'";

export interface ProxyEndpoints {
  /** `host:port` of the HTTP listener. */
  http: string;
  /** `host:port` of the SOCKS listener; null when it is off. */
  socks: string | null;
  allowLocalBinding: boolean;
}

/** The environment of a child: the given one, with the proxy's variables in the place of whatever was there. */
export function proxyEnvironment(
  env: Readonly<Record<string, string>>,
  { http, socks, allowLocalBinding }: ProxyEndpoints,
  platform: NodeJS.Platform,
): Record<string, string> {
  const httpUrl = `http://${http}`;
  const anyUrl = socks === null ? httpUrl : `socks5h://${socks}`;
  const out: Record<string, string> = { ...env };
  for (const key of httpKeys) out[key] = httpUrl;
  for (const key of anyKeys) out[key] = anyUrl;
  for (const key of noProxyKeys) out[key] = NO_PROXY;
  out["CODEX_NETWORK_PROXY_ACTIVE"] = "1";
  out["CODEX_NETWORK_ALLOW_LOCAL_BINDING"] = allowLocalBinding ? "1" : "0";
  out["ELECTRON_GET_USE_PROXY"] = "true";
  if (platform === "darwin" && socks !== null) {
    const present = env["GIT_SSH_COMMAND"];
    const ours = present?.startsWith(GIT_SSH_PREFIX) === true && present.endsWith(GIT_SSH_SUFFIX);
    if (present === undefined || ours) out["GIT_SSH_COMMAND"] = `${GIT_SSH_PREFIX}${socks}${GIT_SSH_SUFFIX}`;
  }
  return out;
}

const proxyKeys: readonly string[] = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "WS_PROXY",
  "WSS_PROXY",
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
];

/** Whether an environment names a proxy in any of the variables that programs look at. */
export function hasProxyEnvironment(env: Readonly<Record<string, string | undefined>>): boolean {
  return proxyKeys.some(key => [key, key.toLowerCase()].some(name => (env[name] ?? "").trim() !== ""));
}

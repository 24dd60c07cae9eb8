/** The environment of the parent process, read anew for every request. */
export type ParentEnvironment = () => Readonly<Record<string, string | undefined>>;

/** Another proxy on the way out. */
export interface UpstreamProxy {
  secure: boolean;
  host: string;
  port: number;
  /** Value of `Proxy-Authorization`, when the setting carries a login. */
  authorization: string | null;
}

const forHttps = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
const forHttp = ["HTTP_PROXY", "ALL_PROXY"];

/** The proxy that the parent's environment names for a target (section 5.3). `NO_PROXY` does not count. */
export function upstreamProxy(scheme: "http" | "https", env: ReturnType<ParentEnvironment>): UpstreamProxy | null {
  for (const name of scheme === "https" ? forHttps : forHttp) {
    for (const key of [name, name.toLowerCase()]) {
      const value = env[key]?.trim();
      const proxy = value ? parseUpstream(value) : null;
      if (proxy !== null) return proxy;
    }
  }
  return null;
}

function parseUpstream(value: string): UpstreamProxy | null {
  try {
    const url = new URL(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(value) ? value : `http://${value}`);
    if (url.protocol !== "http:" && url.protocol !== "https:") return null;
    const secure = url.protocol === "https:";
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return {
      secure,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
      authorization: url.username === "" ? null : `Basic ${Buffer.from(login).toString("base64")}`,
    };
  } catch {
    return null;
  }
}

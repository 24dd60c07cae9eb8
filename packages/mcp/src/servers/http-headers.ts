import { McpError } from "../errors.ts";
import type { McpServerTransportConfig } from "../types.ts";

export type HttpTransportConfig = Extract<McpServerTransportConfig, { type: "streamable_http" }>;
type Env = Readonly<Record<string, string | undefined>>;

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// Visible characters, spaces and tabs; no line may be smuggled in.
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** The headers that every request to a server carries. What is no valid header is left out, and `warn` is told. */
export function configuredHeaders(
  transport: Pick<HttpTransportConfig, "httpHeaders" | "envHttpHeaders">,
  env: Env,
  warn: (message: string) => void = () => {},
): Record<string, string> {
  const out: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    if (!NAME.test(name)) warn(`invalid HTTP header name \`${name}\` is left out`);
    else if (!VALUE.test(value)) warn(`invalid value of HTTP header \`${name}\` is left out`);
    else out[name] = value;
  };
  for (const [name, value] of Object.entries(transport.httpHeaders ?? {})) add(name, value);
  for (const [name, variable] of Object.entries(transport.envHttpHeaders ?? {})) {
    const value = env[variable];
    if (value !== undefined && value.trim() !== "") add(name, value);
  }
  return out;
}

/**
 * The bearer token that a server's configuration takes from a variable; null when it takes none.
 * @throws McpError `environment_variable`
 */
export function bearerToken(
  server: string,
  transport: Pick<HttpTransportConfig, "bearerTokenEnvVar">,
  env: Env,
): string | null {
  const name = transport.bearerTokenEnvVar;
  if (name === null) return null;
  const refuse = (what: string): never => {
    throw new McpError("environment_variable", `Environment variable ${name} for MCP server '${server}' ${what}`);
  };
  const value = env[name];
  if (value === undefined) return refuse("is not set");
  if (value === "") return refuse("is empty");
  if (value.includes("\ufffd")) return refuse("contains invalid Unicode");
  return value;
}

export function hasAuthorization(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some(name => name.toLowerCase() === "authorization");
}

import { McpError } from "../errors.ts";
import type { McpServerTransportConfig } from "../types.ts";

type Stdio = Extract<McpServerTransportConfig, { type: "stdio" }>;

const UNIX = [
  "HOME",
  "LOGNAME",
  "PATH",
  "SHELL",
  "USER",
  "__CF_USER_TEXT_ENCODING",
  "LANG",
  "LC_ALL",
  "TERM",
  "TMPDIR",
  "TZ",
];
const WINDOWS = (
  "PATH PATHEXT COMSPEC SYSTEMROOT SYSTEMDRIVE USERNAME USERDOMAIN USERPROFILE HOMEDRIVE HOMEPATH PROGRAMFILES " +
  "PROGRAMFILES(X86) PROGRAMW6432 PROGRAMDATA LOCALAPPDATA APPDATA TEMP TMP POWERSHELL PWSH"
).split(" ");

/**
 * The environment of a stdio server: a short list of harmless variables, those that its configuration copies, and those that it sets.
 * @throws McpError `unsupported` for a variable that is to come from where the server runs
 */
export function childEnv(
  parent: Readonly<Record<string, string | undefined>>,
  transport: Pick<Stdio, "env" | "envVars">,
  platform: NodeJS.Platform,
): Record<string, string> {
  const out: Record<string, string> = {};
  const copy = (name: string): void => {
    const value = parent[name];
    if (value !== undefined) out[name] = value;
  };
  for (const name of platform === "win32" ? WINDOWS : UNIX) copy(name);
  for (const entry of transport.envVars) {
    if (typeof entry === "string") {
      copy(entry);
      continue;
    }
    if (entry.source === "remote") {
      throw new McpError(
        "unsupported",
        `env_vars entry \`${entry.name}\` uses source \`remote\`, which requires remote MCP stdio`,
      );
    }
    copy(entry.name);
  }
  return { ...out, ...transport.env };
}

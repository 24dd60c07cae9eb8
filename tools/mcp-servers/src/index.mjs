import { fileURLToPath } from "node:url";

export { startHttpServer } from "./http.mjs";
export { issuer } from "./issuer.mjs";

const PROGRAM = fileURLToPath(new URL("./stdio.mjs", import.meta.url));

/** How to start a stdio server with this script. */
export function stdioServer(script = {}) {
  return { command: process.execPath, args: [PROGRAM, JSON.stringify(script)] };
}

/** The same as lines of a config.toml. */
export function stdioServerToml(name, script = {}, more = "") {
  const { command, args } = stdioServer(script);
  return `[mcp_servers.${name}]\ncommand = ${JSON.stringify(command)}\nargs = [${args.map(arg => JSON.stringify(arg)).join(", ")}]\n${more}\n`;
}

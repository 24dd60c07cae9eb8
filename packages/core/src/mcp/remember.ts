import { ConfigEdits, type LoadedConfig } from "@codex-ts/config";
import path from "node:path";

/**
 * The file that says how a server's tools are approved: that of the highest project folder that defines the server, else the user's. Null:
 * no file defines it.
 */
export function approvalFile(loaded: Pick<LoadedConfig, "layers">, codexHome: string, server: string): string | null {
  for (const layer of loaded.layers.toReversed()) {
    if (layer.disabledReason !== undefined || !defines(layer.config, server)) continue;
    if (layer.name.type === "project" && layer.file !== undefined) return layer.file;
  }
  const user = loaded.layers.find(({ name }) => name.type === "user");
  return user !== undefined && defines(user.config, server) ? (user.file ?? path.join(codexHome, "config.toml")) : null;
}

function defines(table: object, server: string): boolean {
  const servers: unknown = Reflect.get(table, "mcp_servers");
  return typeof servers === "object" && servers !== null && Object.hasOwn(servers, server);
}

/** Lets a tool run without being asked about from now on. Everything else in the file stays as it is. Throws `ConfigError`. */
export async function rememberApproval(codexHome: string, file: string, keyPath: readonly string[]): Promise<void> {
  await new ConfigEdits(codexHome, file).set(keyPath, "approve").apply();
}

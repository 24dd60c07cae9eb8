import type { McpSandbox } from "@codex-ts/mcp";
import { hasFullDiskWrite, type PermissionProfile, profileToRuntime } from "@codex-ts/permissions";

/** How free commands are under these permissions, in the words that MCP policies know. */
export function mcpSandbox(permissions: PermissionProfile): McpSandbox {
  if (permissions.type === "external") return "external";
  if (permissions.type === "disabled") return "danger-full-access";
  const { fileSystem, network } = profileToRuntime(permissions);
  if (!hasFullDiskWrite(fileSystem)) return "restricted";
  return network === "enabled" ? "danger-full-access" : "external";
}

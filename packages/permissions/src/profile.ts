import { restricted } from "./policy.ts";
import type { FileSystemSandboxPolicy, NetworkSandboxPolicy, PermissionProfile, SandboxEnforcement } from "./types.ts";

/** The two runtime halves of a profile: what the sandbox builders and the file tools work with. */
export interface RuntimePermissions {
  fileSystem: FileSystemSandboxPolicy;
  network: NetworkSandboxPolicy;
}

/** The profile that holds when nothing was said: managed, nothing readable, no network. */
export function defaultProfile(): PermissionProfile {
  return { type: "managed", file_system: { type: "restricted", entries: [] }, network: "restricted" };
}

/** Splits a profile into its runtime policies (section 7.3). */
export function profileToRuntime(profile: PermissionProfile): RuntimePermissions {
  switch (profile.type) {
    case "disabled":
      return { fileSystem: { kind: "unrestricted" }, network: "enabled" };
    case "external":
      return { fileSystem: { kind: "external-sandbox" }, network: profile.network };
    case "managed": {
      const fs = profile.file_system;
      return {
        fileSystem:
          fs.type === "unrestricted" ? { kind: "unrestricted" } : restricted(fs.entries, fs.glob_scan_max_depth),
        network: profile.network,
      };
    }
  }
}

/**
 * Puts runtime policies back into a profile (section 7.3). Without an enforcement an unrestricted file system stays
 * managed: only whoever knows that no sandbox was wanted may say `disabled`.
 */
export function profileFromRuntime(
  fileSystem: FileSystemSandboxPolicy,
  network: NetworkSandboxPolicy,
  enforcement: SandboxEnforcement = "managed",
): PermissionProfile {
  if (fileSystem.kind === "external-sandbox") return { type: "external", network };
  if (fileSystem.kind === "unrestricted") {
    if (enforcement === "disabled" && network === "enabled") return { type: "disabled" };
    return { type: "managed", file_system: { type: "unrestricted" }, network };
  }
  const depth = fileSystem.glob_scan_max_depth;
  return {
    type: "managed",
    file_system: {
      type: "restricted",
      entries: fileSystem.entries ?? [],
      ...(depth === undefined || depth < 1 ? {} : { glob_scan_max_depth: depth }),
    },
    network,
  };
}

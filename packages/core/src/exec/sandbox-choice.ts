import type { PermissionProfile } from "@codex-ts/permissions";

/** A profile for which commands run inside a sandbox of ours; otherwise the process is started as it is. */
export function needsSandbox(profile: PermissionProfile): boolean {
  if (profile.type !== "managed") return false;
  return profile.file_system.type === "restricted" || profile.network === "restricted";
}

/** How the turn metadata names the sandbox. */
export function sandboxTag(profile: PermissionProfile, platform: NodeJS.Platform): string {
  if (profile.type === "external") return "external";
  if (!needsSandbox(profile)) return "none";
  switch (platform) {
    case "darwin":
      return "seatbelt";
    case "win32":
      return "windows_sandbox";
    default:
      return "seccomp";
  }
}

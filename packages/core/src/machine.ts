import { readFile, readlink, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { shellFromPath } from "./exec/shell-argv.ts";
import { systemIds } from "./ids.ts";
import type { UserShell } from "./thread/services.ts";

/** The id of this installation: made once, kept in its folder. Without a folder that can be written it lives as long as the process. */
export async function installationId(codexHome: string): Promise<string> {
  const file = join(codexHome, "installation_id");
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept.trim() !== "") return kept.trim();
  const id = systemIds().uuid4();
  await createFolders(codexHome)
    .then(() => writeFile(file, id, { mode: 0o600 }))
    .catch(() => {});
  return id;
}

/** The person's own shell. */
export function userShell(platform: NodeJS.Platform): UserShell {
  if (platform === "win32") return { path: "powershell.exe", kind: "powershell" };
  let path: string | null = null;
  try {
    path = userInfo().shell;
  } catch {
    // A user without an entry in the password file has no shell of its own.
  }
  return (path === null ? null : shellFromPath(path)) ?? { path: "/bin/sh", kind: "sh" };
}

/** The zone by its own name: the one that the environment or the system was set to, which the runtime may know under another. */
export async function systemTimezone(fromEnv: string | undefined): Promise<string> {
  const known = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (fromEnv) return known;
  const link = await readlink("/etc/localtime").catch(() => "");
  return /zoneinfo\/(.+)$/.exec(link)?.[1] ?? known;
}

/** The variables that have a value. */
export function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) defined[name] = value;
  return defined;
}

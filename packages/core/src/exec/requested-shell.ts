import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { ThreadServices, UserShell } from "../thread/services.ts";
import { shellFromPath } from "./shell-argv.ts";

const FALLBACK: UserShell = { path: "/bin/sh", kind: "sh" };

/**
 * The shell that a call asks for by a path or a name: the file itself when there is one, else the person's own shell or the PATH's of that
 * kind. What is no shell we know is the system's plain one.
 */
export async function requestedShell(
  path: string,
  { shell, env, platform }: Pick<ThreadServices, "shell" | "env" | "platform">,
): Promise<UserShell> {
  const asked = shellFromPath(path);
  if (asked === null) return platform === "win32" ? shell : FALLBACK;
  const named = asked.path.includes("/") || asked.path.includes("\\");
  if (named && (await exists(asked.path))) return asked;
  if (asked.kind === shell.kind) return shell;
  const name = asked.kind === "powershell" ? "pwsh" : asked.kind;
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== "" && (await exists(candidate))) return { path: candidate, kind: asked.kind };
  }
  return platform === "win32" ? shell : FALLBACK;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

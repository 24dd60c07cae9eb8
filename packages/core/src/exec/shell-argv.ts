import { basename } from "node:path";
import type { UserShell } from "../thread/services.ts";

/** The argument list that gives a command line to a shell. */
export function shellArgv(shell: UserShell, command: string, login: boolean): string[] {
  switch (shell.kind) {
    case "powershell":
      return login ? [shell.path, "-Command", command] : [shell.path, "-NoProfile", "-Command", command];
    case "cmd":
      return [shell.path, "/c", command];
    default:
      return [shell.path, login ? "-lc" : "-c", command];
  }
}

const KIND_BY_NAME: Readonly<Record<string, UserShell["kind"]>> = {
  bash: "bash",
  zsh: "zsh",
  sh: "sh",
  pwsh: "powershell",
  powershell: "powershell",
  cmd: "cmd",
};

/** The shell a program path names, told by its file name; null when it is no shell we know. */
export function shellFromPath(path: string): UserShell | null {
  const name = basename(path.replaceAll("\\", "/"))
    .replace(/\.exe$/i, "")
    .toLowerCase();
  const kind = KIND_BY_NAME[name];
  return kind === undefined ? null : { path, kind };
}

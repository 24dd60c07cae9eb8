/** The shell that commands are given to. */
export interface HookShell {
  /** Path of the program. */
  readonly path: string;
  readonly kind: "bash" | "zsh" | "sh" | "powershell" | "cmd";
}

/** The argument list that runs a command: the shell in command mode, without a login (spec: hooks §4.1). */
export function hookArgv(command: string, shell: HookShell | null, env: HookEnv, platform: NodeJS.Platform): string[] {
  if (shell === null) {
    return platform === "win32"
      ? [env["COMSPEC"] ?? "cmd.exe", "/C", command]
      : [env["SHELL"] ?? "/bin/sh", "-lc", command];
  }
  switch (shell.kind) {
    case "powershell":
      return [shell.path, "-NoProfile", "-Command", command];
    case "cmd":
      return [shell.path, "/c", command];
    default:
      return [shell.path, "-c", command];
  }
}

/** Environment of handlers: the runtime's own, as it is. */
export type HookEnv = Readonly<Record<string, string | undefined>>;

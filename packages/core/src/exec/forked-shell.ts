import { stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { CoreError } from "../errors.ts";
import type { UserShell } from "../thread/services.ts";
import { shellFromPath } from "./shell-argv.ts";

/** What of a configuration says that the programs of a shell are intercepted. */
export interface ForkedShellSettings {
  features: Readonly<Record<string, boolean>>;
  zshPath: string | null;
}

/**
 * The shell of a thread whose shell's programs are to be decided about one by one (spec exec-server.md 5.1); null: the person's own is used.
 * Where the configured file is none, the zsh on the PATH counts.
 * @throws CoreError when no shell is configured, or there is none
 */
export async function forkedShell(
  { features, zshPath }: ForkedShellSettings,
  env: Readonly<Record<string, string>>,
): Promise<UserShell | null> {
  if (features["shell_zsh_fork"] !== true) return null;
  if (zshPath === null) {
    throw failed("zsh fork feature enabled, but `zsh_path` is not configured; set `zsh_path` in config.toml");
  }
  if (await isFile(zshPath)) return shellFromPath(zshPath) ?? { path: zshPath, kind: "zsh" };
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "zsh");
    if (folder !== "" && (await isFile(path))) return { path, kind: "zsh" };
  }
  throw failed(
    `zsh fork feature enabled, but zsh_path \`${zshPath}\` is not usable; set \`zsh_path\` to a valid zsh executable`,
  );
}

function failed(why: string): CoreError {
  return new CoreError("internal", `Fatal error: Failed to initialize session: ${why}`);
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    facts => facts.isFile(),
    () => false,
  );
}

/** The script of the first `-c` or `-lc` in an argument list: what a shell is to run. Null: there is none. */
export function shellScript(argv: readonly string[]): string | null {
  const at = argv.findIndex((word, index) => index > 0 && (word === "-c" || word === "-lc"));
  return at < 0 ? null : (argv[at + 1] ?? null);
}

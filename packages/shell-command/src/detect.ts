/** The shells this package knows. `fish`, `dash` and the rest are plain programs. */
export type ShellName = "zsh" | "sh" | "cmd" | "bash" | "powershell";

const SHELLS = new Map<string, ShellName>([
  ["zsh", "zsh"],
  ["sh", "sh"],
  ["cmd", "cmd"],
  ["bash", "bash"],
  ["pwsh", "powershell"],
  ["powershell", "powershell"],
]);

/**
 * Which shell a program text names: the whole text, else its file stem, as long as that changes (`/bin/bash`,
 * `bash.exe`). Case-sensitive. Specification: shell-command, section 1.
 */
export function detectShell(program: string): ShellName | null {
  let text = program;
  for (;;) {
    const shell = SHELLS.get(text);
    if (shell !== undefined) return shell;
    const stem = fileStem(text);
    if (stem === null || stem === text) return null;
    text = stem;
  }
}

/** The last path component without its last extension; null when the path ends in `..` or has no component. */
function fileStem(text: string): string | null {
  const name = text
    .split("/")
    .filter(part => part !== "" && part !== ".")
    .at(-1);
  if (name === undefined || name === "..") return null;
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

/** The script of `bash|zsh|sh -c|-lc <script>`: exactly three items. Null for everything else (section 2). */
export function posixScript(argv: readonly string[]): string | null {
  const [program, flag, script] = argv;
  if (argv.length !== 3 || program === undefined || script === undefined) return null;
  if (flag !== "-lc" && flag !== "-c") return null;
  const shell = detectShell(program);
  return shell === "bash" || shell === "zsh" || shell === "sh" ? script : null;
}

const POWERSHELL_FLAGS = new Set(["-nologo", "-noprofile", "-command", "-c"]);

/** The script of a PowerShell wrapper: only `-NoLogo` and `-NoProfile` may stand before `-Command` (section 2). */
export function powershellScript(argv: readonly string[]): string | null {
  const [program] = argv;
  if (argv.length < 3 || program === undefined || detectShell(program) !== "powershell") return null;
  for (let index = 1; index + 1 < argv.length; index += 1) {
    const flag = (argv[index] ?? "").toLowerCase();
    if (!POWERSHELL_FLAGS.has(flag)) return null;
    if (flag === "-command" || flag === "-c") return argv[index + 1] ?? null;
  }
  return null;
}

/** The script of a POSIX or PowerShell wrapper; null when the argument list is no wrapper. */
export function wrappedScript(argv: readonly string[]): string | null {
  return posixScript(argv) ?? powershellScript(argv);
}

/** The last component of a program path, for either separator on Windows. */
export function programName(program: string, platform: "linux" | "macos" | "windows"): string {
  if (platform !== "windows") return baseName(program, /\//);
  return baseName(program, /[/\\]/)
    .toLowerCase()
    .replace(/\.(exe|cmd|bat|com)$/, "");
}

function baseName(path: string, separator: RegExp): string {
  return path.split(separator).findLast(part => part !== "" && part !== ".") ?? "";
}

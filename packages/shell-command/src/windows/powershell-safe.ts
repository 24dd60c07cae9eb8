import type { ShellContext } from "../context.ts";
import { redirectsGit } from "../safe-git.ts";
import { isSafeRipgrep } from "../safe-rg.ts";

const EXECUTABLES = new Set(["powershell", "powershell.exe", "pwsh", "pwsh.exe"]);
const IGNORED = new Set(["-nologo", "-noprofile", "-noninteractive", "-mta", "-sta"]);
const READING = new Set(
  (
    "echo write-output write-host dir ls get-childitem gci cat type gc get-content select-string sls findstr " +
    "measure-object measure get-location gl pwd test-path tp resolve-path rvpa select-object select get-item"
  ).split(" "),
);
const WRITING = new Set(
  "set-content add-content out-file new-item remove-item move-item copy-item rename-item start-process stop-process".split(
    " ",
  ),
);
const GIT_READING = new Set(["status", "log", "show", "diff", "cat-file"]);

/** The PowerShell half of the safe list (section 7). Needs the executable's own parser: without it nothing is safe. */
export function isSafePowerShell(argv: readonly string[], context: ShellContext): boolean {
  const [executable, ...args] = argv;
  if (executable === undefined || context.powershell === undefined) return false;
  const name = executable.split(/[/\\]/).at(-1)?.toLowerCase() ?? "";
  if (!EXECUTABLES.has(name)) return false;
  const script = invokedScript(args);
  if (script === null) return false;
  const commands = context.powershell(executable, script);
  return commands !== null && commands.length > 0 && commands.every(isReading);
}

/** The script text that the arguments make PowerShell run; null for forms that are not looked into. */
function invokedScript(args: readonly string[]): string | null {
  for (const [index, arg] of args.entries()) {
    const flag = arg.toLowerCase();
    const rest = args.slice(index + 1);
    if (flag === "-command" || flag === "/command" || flag === "-c") {
      return rest.length === 1 ? (rest[0] ?? null) : null;
    }
    if (flag.startsWith("-command:") || flag.startsWith("/command:")) {
      return rest.length === 0 ? arg.slice(arg.indexOf(":") + 1) : null;
    }
    if (IGNORED.has(flag)) continue;
    if (flag.startsWith("-") || flag === "/file") return null;
    return args.slice(index).map(quotePowerShell).join(" ");
  }
  return null;
}

function quotePowerShell(item: string): string {
  return /\s/.test(item) ? `'${item.replaceAll("'", "''")}'` : item;
}

function isReading(words: readonly string[]): boolean {
  if (words.some(word => WRITING.has(bareWord(word)))) return false;
  const [head, ...args] = words;
  if (head === undefined) return false;
  const name = bareWord(head);
  if (READING.has(name)) return true;
  if (name === "git") return isReadingGit(args);
  return name === "rg" && isSafeRipgrep(args);
}

function bareWord(word: string): string {
  return word
    .replace(/^[()]+|[()]+$/g, "")
    .replace(/^-+/, "")
    .toLowerCase();
}

function isReadingGit(args: readonly string[]): boolean {
  if (redirectsGit(args) || args.some(arg => arg === "--config" || arg.startsWith("--config="))) return false;
  const subcommand = args.find(arg => !arg.startsWith("-"))?.toLowerCase();
  return subcommand !== undefined && GIT_READING.has(subcommand);
}

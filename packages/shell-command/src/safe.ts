import { posixScript, programName } from "./detect.ts";
import type { ShellContext, ShellPlatform } from "./context.ts";
import { isSafeGit } from "./safe-git.ts";
import { isSafeRipgrep } from "./safe-rg.ts";
import { isSafePowerShell } from "./windows/powershell-safe.ts";

const ALWAYS = new Set(
  "cat cd cut echo expr false grep head id ls nl paste pwd rev seq stat tail tr true uname uniq wc which whoami".split(
    " ",
  ),
);
const LINUX_ONLY = new Set(["numfmt", "tac"]);
const FIND_ACTIONS = new Set("-exec -execdir -ok -okdir -delete -fls -fprint -fprint0 -fprintf".split(" "));
const SED_PRINT = /^(?:[0-9]+,)?[0-9]+p$/;

/**
 * True when a command only reads and prints, whatever the files hold: such a command needs no question (section 5).
 * Looks into `bash|zsh|sh -c|-lc` wrappers, where every command has to be safe.
 */
export function isKnownSafe(argv: readonly string[], context: ShellContext): boolean {
  const command = argv.map(item => (item === "zsh" ? "bash" : item));
  const platform = context.platform ?? "linux";
  if (isSafePowerShell(command, context)) return true;
  if (isSafeProgram(command, platform)) return true;
  const script = posixScript(command);
  if (script === null) return false;
  const commands = context.parser.plainCommands(script);
  return commands !== null && commands.every(words => isSafeProgram(words, platform));
}

function isSafeProgram(argv: readonly string[], platform: ShellPlatform): boolean {
  const [program, ...args] = argv;
  if (program === undefined) return false;
  const name = programName(program, platform);
  if (ALWAYS.has(name)) return true;
  if (LINUX_ONLY.has(name)) return platform === "linux";
  switch (name) {
    case "base64":
      return !args.some(arg => arg === "--output" || arg.startsWith("--output=") || arg.startsWith("-o"));
    case "find":
      return !args.some(arg => FIND_ACTIONS.has(arg));
    case "rg":
      return isSafeRipgrep(args);
    case "sed":
      return args.length >= 2 && args.length <= 3 && args[0] === "-n" && SED_PRINT.test(args[1] ?? "");
    case "git":
      return isSafeGit(args);
    default:
      return false;
  }
}

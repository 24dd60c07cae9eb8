import { posixScript } from "./detect.ts";
import type { ShellContext } from "./context.ts";
import { isDangerousOnWindows } from "./windows/dangerous.ts";

/**
 * True for the few commands that get a question even where everything else runs: `rm -f`, `rm -rf`, also behind `sudo`
 * and inside word-only scripts; on Windows the list of section 7 as well. Not a list of everything that can do harm.
 */
export function isDangerous(argv: readonly string[], context: ShellContext): boolean {
  if (context.platform === "windows" && isDangerousOnWindows(argv)) return true;
  if (isDangerousProgram(argv)) return true;
  const script = posixScript(argv);
  if (script === null) return false;
  return context.parser.plainCommands(script)?.some(isDangerousProgram) ?? false;
}

function isDangerousProgram(argv: readonly string[]): boolean {
  let start = 0;
  while (argv[start] === "sudo") start += 1;
  return argv[start] === "rm" && (argv[start + 1] === "-f" || argv[start + 1] === "-rf");
}

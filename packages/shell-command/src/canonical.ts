import { posixScript, powershellScript } from "./detect.ts";
import type { BashParser } from "./bash/parser.ts";

/**
 * The form under which an approval of a command is remembered (section 9): the one plain command of a wrapper, so that
 * `bash -lc 'ls'` and `/bin/zsh -c ls` are the same; else the script; else the argument list.
 */
export function canonicalCommand(argv: readonly string[], parser: BashParser): string[] {
  const script = posixScript(argv);
  if (script !== null) {
    const commands = parser.plainCommands(script);
    const [only] = commands ?? [];
    if (commands?.length === 1 && only !== undefined) return only;
    return ["__codex_shell_script__", argv[1] ?? "", script];
  }
  const powershell = powershellScript(argv);
  return powershell === null ? [...argv] : ["__codex_powershell_script__", powershell];
}

import { posixScript } from "./detect.ts";
import type { BashParser } from "./bash/parser.ts";

/** What a command line runs, one entry a command (execpolicy specification, section 9.2). */
export interface CommandSegments {
  /** At least one; the whole argument list when it cannot be taken apart. */
  commands: string[][];
  /** True for the heredoc form: the words are known, but not what is fed to them. */
  complex: boolean;
}

/**
 * The plain commands inside `bash|zsh|sh -c|-lc <script>`; null when the argument list is no such wrapper or its script
 * holds anything but plain commands of literal words (section 3).
 * @throws ShellCommandError `parser_not_ready` from a lazy parser that was not prepared
 */
export function parsePlainCommands(argv: readonly string[], parser: BashParser): string[][] | null {
  const script = posixScript(argv);
  return script === null ? null : parser.plainCommands(script);
}

/** The literal words of the one command that a script feeds with a heredoc (section 4). */
export function heredocPrefix(argv: readonly string[], parser: BashParser): string[] | null {
  const script = posixScript(argv);
  return script === null ? null : parser.heredocCommand(script);
}

/** Takes a command line apart for policy decisions: plain commands, else the heredoc form, else the argv itself. */
export function commandSegments(argv: readonly string[], parser: BashParser): CommandSegments {
  const plain = parsePlainCommands(argv, parser);
  if (plain !== null) return { commands: plain, complex: false };
  const heredoc = heredocPrefix(argv, parser);
  if (heredoc !== null) return { commands: [heredoc], complex: true };
  return { commands: [[...argv]], complex: false };
}

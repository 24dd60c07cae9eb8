import { isDigits, isLineNumber } from "./args.ts";
import { awkFile, sedFile } from "./programs.ts";

const ALWAYS = new Set("wc tr cut sort uniq tee column yes printf".split(" "));
const XARGS_VALUE = new Set("-E -e -I -L -n -P -s".split(" "));

/**
 * True for a command that only shapes the output of its neighbour in a pipeline, and so says nothing about what a
 * script does (section 8.4).
 */
export function isSmallFormatting(tokens: readonly string[]): boolean {
  const [head, ...args] = tokens;
  if (head === undefined) return false;
  if (ALWAYS.has(head)) return true;
  switch (head) {
    case "xargs":
      return !mutatesThroughXargs(args);
    case "awk":
      return awkFile(args) === undefined;
    case "head":
      return isTrimming(args, isDigits);
    case "tail":
      return isTrimming(args, isLineNumber);
    case "sed":
      return sedFile(args) === undefined;
    default:
      return false;
  }
}

function isTrimming(args: readonly string[], isCount: (text: string) => boolean): boolean {
  const [first = "", second = ""] = args;
  if (args.length === 0) return true;
  if (args.length === 1) return first.startsWith("-");
  return args.length === 2 && (first === "-n" || first === "-c") && isCount(second);
}

function mutatesThroughXargs(args: readonly string[]): boolean {
  const [head, ...rest] = xargsCommand(args);
  const inPlace = rest.some(arg => arg.startsWith("-i") || arg.startsWith("-pi"));
  switch (head) {
    case "perl":
    case "ruby":
      return inPlace;
    case "sed":
      return inPlace || rest.includes("--in-place");
    case "rg":
      return rest.includes("--replace");
    default:
      return false;
  }
}

/** What `xargs` runs: the items behind its own options. */
function xargsCommand(args: readonly string[]): readonly string[] {
  let index = 0;
  while (index < args.length) {
    const arg = args[index] ?? "";
    if (arg === "--") return args.slice(index + 1);
    if (!arg.startsWith("-")) break;
    index += XARGS_VALUE.has(arg) ? 2 : 1;
  }
  return args.slice(index);
}

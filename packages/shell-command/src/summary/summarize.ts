import type { BashParser } from "../bash/parser.ts";
import { posixScript, powershellScript } from "../detect.ts";
import { joinWords, splitWords } from "../words.ts";
import { isConnector, joinPath } from "./args.ts";
import { isSmallFormatting } from "./formatting.ts";
import { summarizeCommand } from "./programs.ts";
import type { ParsedCommand } from "./types.ts";

/**
 * Says what a command line does: which files it reads, lists or searches. All or nothing: one part that is not
 * understood makes the whole a single `unknown` (section 8.2). A bare `cd x` gives an empty list.
 */
export function summarize(argv: readonly string[], parser: BashParser): ParsedCommand[] {
  const list = summaryList(argv, parser).filter(
    (entry, index, all) => index === 0 || !sameEntry(entry, all[index - 1]),
  );
  if (!list.some(entry => entry.type === "unknown")) return list;
  return [{ type: "unknown", cmd: posixScript(argv) ?? powershellScript(argv) ?? joinWords(argv) }];
}

function summaryList(argv: readonly string[], parser: BashParser): ParsedCommand[] {
  const script = posixScript(argv);
  if (script !== null) return summarizeScript(script, parser.plainCommands(script));
  const powershell = powershellScript(argv);
  if (powershell !== null) return [{ type: "unknown", cmd: powershell }];
  return simplifyAll(walk(splitAtConnectors(withoutAnswer(argv))));
}

function summarizeScript(script: string, commands: string[][] | null): ParsedCommand[] {
  if (commands === null) return [{ type: "unknown", cmd: script }];
  const telling = commands.filter(tokens => !isSmallFormatting(tokens));
  if (telling.length === 0) return [{ type: "unknown", cmd: script }];
  let list = walk(telling);
  if (list.length > 1) {
    list = simplifyAll(list.filter(entry => !(entry.type === "unknown" && entry.cmd === "true")));
  }
  const [only] = list;
  if (list.length !== 1 || only === undefined) return list;
  return [{ ...only, cmd: commandText(only, script, commands.length > 1) }];
}

/** The text of a lone entry: its own words in a script of several commands, else the words of the script. */
function commandText(entry: ParsedCommand, script: string, several: boolean): string {
  const words = splitWords(script) ?? [script];
  if (!several && !words.some(isConnector)) return joinWords(words);
  const printsRange = words.some((word, index) => word === "sed" && words[index + 1] === "-n");
  return entry.type === "read" && words.includes("|") && printsRange ? script : entry.cmd;
}

/** Summarises commands in order; `cd` moves the folder that later reads are relative to. */
function walk(commands: readonly (readonly string[])[]): ParsedCommand[] {
  const list: ParsedCommand[] = [];
  let folder: string | null = null;
  for (const tokens of commands) {
    if (tokens[0] === "cd") {
      const target = cdTarget(tokens.slice(1));
      if (target !== undefined) folder = joinPath(folder ?? "", target);
      continue;
    }
    const entry = summarizeCommand(tokens);
    list.push(entry.type === "read" && folder !== null ? { ...entry, path: joinPath(folder, entry.path) } : entry);
  }
  return list;
}

function cdTarget(args: readonly string[]): string | undefined {
  let target: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return args[index + 1];
    if (!arg.startsWith("-")) target = arg;
  }
  return target;
}

/** Drops a leading `yes |` or `no |`. */
function withoutAnswer(argv: readonly string[]): readonly string[] {
  const answers = ["yes", "y", "no", "n"];
  return answers.includes(argv[0] ?? "") && argv[1] === "|" ? argv.slice(2) : argv;
}

function splitAtConnectors(argv: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  for (const item of argv) {
    if (isConnector(item)) commands.push([]);
    else commands.at(-1)?.push(item);
  }
  return commands.filter(tokens => tokens.length > 0);
}

function simplifyAll(list: ParsedCommand[]): ParsedCommand[] {
  let current = list;
  for (;;) {
    const dropped = droppable(current);
    if (dropped === -1) return current;
    current = current.filter((_, index) => index !== dropped);
  }
}

/** The entry that says nothing beside the others (section 8.7); -1 when every one counts. */
function droppable(list: readonly ParsedCommand[]): number {
  if (list.length < 2) return -1;
  const unknownWords = list.map(entry => (entry.type === "unknown" ? splitWords(entry.cmd) : null));
  if (unknownWords[0]?.[0] === "echo") return 0;
  const cd = unknownWords.findIndex((words, index) => words?.[0] === "cd" && index + 1 < list.length);
  if (cd !== -1) return cd;
  const isTrue = list.findIndex(entry => entry.type === "unknown" && entry.cmd === "true");
  if (isTrue !== -1) return isTrue;
  return unknownWords.findIndex(words => words?.[0] === "nl" && words.slice(1).every(word => word.startsWith("-")));
}

function sameEntry(left: ParsedCommand, right: ParsedCommand | undefined): boolean {
  return right !== undefined && JSON.stringify(left) === JSON.stringify(right);
}

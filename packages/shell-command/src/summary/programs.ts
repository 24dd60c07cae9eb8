import { joinWords } from "../words.ts";
import { candidates, isDigits, isLineNumber, operands, shortOrNull, shortPath, untilConnector } from "./args.ts";
import type { ParsedCommand } from "./types.ts";

const flags = (text: string): ReadonlySet<string> => new Set(text.split(" ").filter(flag => flag !== ""));

const LIST_FLAGS = new Map<string, ReadonlySet<string>>([
  ["ls", flags("-I -w --block-size --format --time-style --color --quoting-style")],
  ["eza", flags("-I --ignore-glob --color --sort --time-style --time")],
  ["exa", flags("-I --ignore-glob --color --sort --time-style --time")],
  ["tree", flags("-L -P -I --charset --filelimit --sort")],
  ["du", flags("-d --max-depth -B --block-size --exclude --time-style")],
]);
const PRINT_FLAGS = new Map<string, ReadonlySet<string>>([
  ["cat", flags("")],
  ["more", flags("")],
  ["bat", flags("--theme --language --style --terminal-width --tabs --line-range --map-syntax")],
  ["batcat", flags("--theme --language --style --terminal-width --tabs --line-range --map-syntax")],
  ["less", flags("-p -P -x -y -z -j --pattern --prompt --tabs --shift --jump-target")],
]);
const RG_FLAGS = flags(
  "-g --glob --iglob -t --type --type-add --type-not -m --max-count -A -B -C --context --max-depth",
);
const LS_FILES_FLAGS = flags("--exclude --exclude-from --pathspec-from-file");
const FD_FLAGS = flags("-t --type -e --extension -E --exclude --search-path");
const AG_FLAGS = flags("-G -g --file-search-regex --ignore-dir --ignore-file --path-to-ignore");
const GREP_NUMBER_FLAGS = flags("-m --max-count -C --context -A --after-context -B --before-context");
const AWK_FLAGS = flags("-F -v -f --field-separator --assign --file");
const NL_FLAGS = flags("-s -w -v -i -b");
const SED_FLAGS = flags("-e -f --expression --file");
const FIND_QUERIES = flags("-name -iname -path -regex");
const FIND_PUNCTUATION = flags("! ( )");
const SED_RANGE = /^(?:[0-9]+,)?[0-9]+p$/;
const PYTHON = /^python(?:|2|3|2\..*|3\..*)$/s;
const PYTHON_LISTING = ["os.walk", "os.listdir", "os.scandir", "glob.glob", "glob.iglob", "pathlib.Path", ".rglob("];

/** Summarises one command by its head, compared exactly (section 8.6). */
export function summarizeCommand(tokens: readonly string[]): ParsedCommand {
  const [head, ...args] = tokens;
  const cmd = joinWords(tokens);
  if (head === undefined) return { type: "unknown", cmd };

  const listFlags = LIST_FLAGS.get(head);
  if (listFlags) return { type: "list_files", cmd, path: shortOrNull(operands(args, listFlags)[0]) };
  const printFlags = PRINT_FLAGS.get(head);
  if (printFlags) {
    const files = operands(args, printFlags);
    return readOf(cmd, files.length === 1 ? files[0] : undefined);
  }

  switch (head) {
    case "rg":
    case "rga":
    case "ripgrep-all":
      return ripgrep(cmd, untilConnector(args));
    case "git":
      return git(cmd, args);
    case "fd":
      return fd(cmd, untilConnector(args));
    case "find":
      return find(cmd, untilConnector(args));
    case "grep":
    case "egrep":
    case "fgrep":
      return grep(cmd, untilConnector(args));
    case "ag":
    case "ack":
    case "pt":
      return search(cmd, candidates(untilConnector(args), AG_FLAGS));
    case "head":
      return readOf(cmd, headFile(args));
    case "tail":
      return readOf(cmd, tailFile(args));
    case "awk":
      return readOf(cmd, awkFile(args));
    case "nl":
      return readOf(cmd, candidates(args, NL_FLAGS)[0]);
    case "sed":
      return readOf(cmd, sedFile(args));
  }
  if (PYTHON.test(head) && pythonLists(untilConnector(args))) return { type: "list_files", cmd, path: null };
  return { type: "unknown", cmd };
}

function readOf(cmd: string, file: string | undefined): ParsedCommand {
  return file === undefined ? { type: "unknown", cmd } : { type: "read", cmd, name: shortPath(file), path: file };
}

function search(cmd: string, found: readonly string[]): ParsedCommand {
  return { type: "search", cmd, query: found[0] ?? null, path: shortOrNull(found[1]) };
}

function ripgrep(cmd: string, args: readonly string[]): ParsedCommand {
  const found = candidates(args, RG_FLAGS);
  if (args.includes("--files")) return { type: "list_files", cmd, path: shortOrNull(found[0]) };
  return search(cmd, found);
}

function git(cmd: string, args: readonly string[]): ParsedCommand {
  const rest = args.slice(1);
  if (args[0] === "grep") return grep(cmd, untilConnector(rest));
  if (args[0] === "ls-files") return { type: "list_files", cmd, path: shortOrNull(operands(rest, LS_FILES_FLAGS)[0]) };
  return { type: "unknown", cmd };
}

function fd(cmd: string, args: readonly string[]): ParsedCommand {
  const [first, second] = candidates(args, FD_FLAGS);
  if (first === undefined) return { type: "list_files", cmd, path: null };
  if (second !== undefined) return search(cmd, [first, second]);
  const isPath = first === "." || first === ".." || first.includes("/") || first.includes("\\");
  return isPath ? { type: "list_files", cmd, path: shortPath(first) } : search(cmd, [first]);
}

function find(cmd: string, args: readonly string[]): ParsedCommand {
  const path = shortOrNull(args.find(arg => !arg.startsWith("-") && !FIND_PUNCTUATION.has(arg)));
  const at = args.findIndex(arg => FIND_QUERIES.has(arg));
  const query = at === -1 ? undefined : args[at + 1];
  return query === undefined ? { type: "list_files", cmd, path } : { type: "search", cmd, query, path };
}

function grep(cmd: string, args: readonly string[]): ParsedCommand {
  const found: string[] = [];
  let pattern: string | null = null;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      found.push(...args.slice(index + 1));
      break;
    }
    if (arg === "-e" || arg === "--regexp" || arg === "-f" || arg === "--file") {
      pattern ??= args[index + 1] ?? null;
      index += 1;
    } else if (GREP_NUMBER_FLAGS.has(arg)) {
      index += 1;
    } else if (!arg.startsWith("-")) {
      found.push(arg);
    }
  }
  const query = pattern ?? found.shift() ?? null;
  return { type: "search", cmd, query, path: shortOrNull(found[0]) };
}

function headFile(args: readonly string[]): string | undefined {
  const [first = "", second] = args;
  const file = (rest: readonly string[]): string | undefined => rest.find(arg => !arg.startsWith("-"));
  if (first === "-n" && second !== undefined && isDigits(second)) return file(args.slice(2));
  if (first.startsWith("-n") && (first === "-n" || isDigits(first.slice(2)))) return file(args.slice(1));
  return args.length === 1 && !first.startsWith("-") ? first : undefined;
}

function tailFile(args: readonly string[]): string | undefined {
  const [first = "", second] = args;
  const file = (rest: readonly string[]): string | undefined => rest.find(arg => !arg.startsWith("-"));
  if (first === "-n" && second !== undefined && isLineNumber(second)) return file(args.slice(2));
  if (first.startsWith("-n") && isLineNumber(first.slice(2))) return file(args.slice(1));
  return args.length === 1 && !first.startsWith("-") ? first : undefined;
}

/** The file that `awk` reads: the operand behind its program, or the first when the program comes from a file. */
export function awkFile(args: readonly string[]): string | undefined {
  const own = untilConnector(args);
  const fromFile = own.some(arg => arg === "-f" || arg === "--file");
  return candidates(own, AWK_FLAGS)[fromFile ? 0 : 1];
}

/** The file that `sed -n <range>p` prints from; undefined for any other use of sed. */
export function sedFile(args: readonly string[]): string | undefined {
  const own = untilConnector(args);
  if (!own.includes("-n")) return undefined;
  const [first, second] = candidates(own, SED_FLAGS);
  const ranges = own.some((arg, index) => {
    const before = own[index - 1];
    const isScript = before === "-e" || before === "--expression";
    return SED_RANGE.test(arg) && (isScript || before === undefined || !SED_FLAGS.has(before));
  });
  if (!ranges) return undefined;
  return first !== undefined && SED_RANGE.test(first) ? second : first;
}

function pythonLists(args: readonly string[]): boolean {
  const at = args.indexOf("-c");
  const script = at === -1 ? undefined : args[at + 1];
  return script !== undefined && PYTHON_LISTING.some(call => script.includes(call));
}

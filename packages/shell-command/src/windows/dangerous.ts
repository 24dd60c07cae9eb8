const POWERSHELL = new Set(["powershell", "pwsh"]);
const BROWSERS = new Set(["chrome", "msedge", "firefox", "iexplore"]);
const OPENERS = new Set(["start-process", "start", "saps", "invoke-item", "ii"]);
const OPENING_TEXTS = ["start-process", "invoke-item", "shellexecute", "shell.application"];
const REMOVERS = new Set(["remove-item", "ri", "rm", "del", "erase", "rd", "rmdir"]);

/**
 * Commands that open a web address or delete by force on Windows (section 7). A list of known forms, not a proof of
 * harmlessness.
 */
export function isDangerousOnWindows(argv: readonly string[]): boolean {
  const [program, ...args] = argv;
  if (program === undefined) return false;
  const name = executableName(program);
  if (POWERSHELL.has(name)) return isDangerousPowerShell(args);
  if (name === "cmd") return isDangerousCmd(args);
  return opensUrl([name, ...args]);
}

function executableName(program: string): string {
  return (program.split(/[/\\]/).at(-1) ?? "").toLowerCase().replace(/\.(exe|cmd|bat|com)$/, "");
}

/** An http(s) address: the word itself, possibly in quotes or brackets. */
function isUrl(word: string): boolean {
  return /https?:\/\/[^\s"']/i.test(word);
}

/** A program that hands a web address to the desktop. */
function opensUrl(words: readonly string[]): boolean {
  const [head, ...args] = words;
  if (head === undefined || !args.some(isUrl)) return false;
  const name = executableName(unwrapWord(head));
  if (BROWSERS.has(name) || name === "explorer" || name === "mshta") return true;
  return name === "rundll32" && args.some(arg => arg.toLowerCase().includes("url.dll,fileprotocolhandler"));
}

function unwrapWord(word: string): string {
  return word.replace(/^["'({\s]+|["')};\s]+$/g, "");
}

function isDangerousPowerShell(args: readonly string[]): boolean {
  const script = powershellText(args);
  if (script === null) return false;
  const lower = script.toLowerCase();
  const words = script.split(/[\s;|&(){}'"]+/).filter(word => word !== "");
  if (words.some(isUrl)) {
    const names = words.map(executableName);
    if (names.some(name => OPENERS.has(name)) || OPENING_TEXTS.some(text => lower.includes(text))) return true;
    if (names.some((_, index) => opensUrl(words.slice(index)))) return true;
  }
  return script.split(/[;|&\r\n\t{}()]+/).some(removesByForce);
}

/** The script of `-Command`, in any of its spellings; bare words make a script, too. */
function powershellText(args: readonly string[]): string | null {
  for (const [index, arg] of args.entries()) {
    const flag = arg.toLowerCase();
    if (flag === "-command" || flag === "/command" || flag === "-c") return args.slice(index + 1).join(" ");
    if (/^[-/]command:/.test(flag)) return [arg.slice(arg.indexOf(":") + 1), ...args.slice(index + 1)].join(" ");
    if (!flag.startsWith("-") && !flag.startsWith("/")) return args.slice(index).join(" ");
  }
  return null;
}

function removesByForce(segment: string): boolean {
  const words = segment.toLowerCase().split(/\s+/).map(unwrapWord);
  const removes = words.some(word => REMOVERS.has(word));
  return removes && words.some(word => word === "-force" || word.startsWith("-force:"));
}

function isDangerousCmd(args: readonly string[]): boolean {
  const at = args.findIndex(arg => /^\/[cr]/i.test(arg) || /^-[cr]$/i.test(arg));
  if (at === -1) return false;
  const inline = (args[at] ?? "").slice(2);
  const text = [inline, ...args.slice(at + 1)].join(" ");
  return text.split(/&&|\|\||&|\|/).some(segment => isDangerousCmdSegment(segment));
}

function isDangerousCmdSegment(segment: string): boolean {
  const words = segment
    .trim()
    .split(/\s+/)
    .map(unwrapWord)
    .filter(word => word !== "");
  const [head, ...args] = words;
  if (head === undefined) return false;
  const name = executableName(head);
  const has = (flag: RegExp): boolean => args.some(arg => flag.test(arg));
  switch (name) {
    case "start":
      return args.some(isUrl);
    case "del":
    case "erase":
      return has(/\/f/i);
    case "rd":
    case "rmdir":
      return has(/\/s/i) && has(/\/q/i);
    default:
      return opensUrl(words);
  }
}

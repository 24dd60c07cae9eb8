/** The fast path does not know: the grammar has to answer. */
export const UNDECIDED: unique symbol = Symbol("undecided");

/** Words that the grammar may read as something else than a command name. */
const SPECIAL = new RegExp(
  "^(?:if|then|else|elif|fi|for|while|until|do|done|in|case|esac|select|function|time|coproc|" +
    "declare|typeset|export|readonly|local|unset|unsetenv)$",
);
const NAME = /^[A-Za-z_./][A-Za-z0-9_./:-]*$/;

const SPACE = 1;
const WORD = 2;
const REJECT = 3;

/** One class for each ASCII character outside quotes; 0 = leave it to the grammar. */
const CLASSES = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128);
  const set = (chars: string, value: number): void => {
    for (const char of chars) table[char.charCodeAt(0)] = value;
  };
  set(" \t", SPACE);
  set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:+@,%-=*?~", WORD);
  set("$`()<>", REJECT);
  return table;
}

/**
 * The plain commands of the simple majority of scripts, without the grammar. It answers only where a property test
 * shows the same answer as the grammar; everything else is UNDECIDED. A rejection (null) is final as soon as a character
 * appears that no word-only script can hold at that place, because everything before it has been understood.
 */
export function fastPlainCommands(script: string): string[][] | null | typeof UNDECIDED {
  if (isUnreadable(script)) return null;
  return new FastScan(script).run();
}

const MAX_PIPES = 200;
const MAX_ESCAPED_RETURNS = 100;

/**
 * A command name such as `a@b` or `a?b` is no plain word; where such a name is very long, the grammar reads it again for
 * each step of its error recovery, and looks at no clock meanwhile.
 */
const ENDLESS_NAME = /(?:^|[\n;&|(=`])[ \t]*\w+[@?]\S{1000}/;

/**
 * Scripts that nobody reads, for they count as not word-only and so get a question: with a NUL, which no shell can be
 * given, and which the grammar takes for the end of the text; and what the grammar would take too long for.
 */
export function isUnreadable(script: string): boolean {
  if (script.includes("\0")) return true;
  if (script.length <= MAX_PIPES) return false;
  // The grammar takes time by the square of their number.
  return has(script, "|", MAX_PIPES) || has(script, "\\\r", MAX_ESCAPED_RETURNS) || ENDLESS_NAME.test(script);
}

/** Whether a text holds a part more often than so many times. */
function has(text: string, part: string, most: number): boolean {
  let found = 0;
  for (let at = text.indexOf(part); at !== -1 && found <= most; at = text.indexOf(part, at + 1)) found += 1;
  return found > most;
}

class FastScan {
  readonly #script: string;
  readonly #commands: string[][] = [];
  #command: string[] = [];
  #index = 0;
  /** The last connector that still waits for a command. */
  #open = false;

  constructor(script: string) {
    this.#script = script;
  }

  run(): string[][] | null | typeof UNDECIDED {
    const script = this.#script;
    while (this.#index < script.length) {
      const code = script.charCodeAt(this.#index);
      const step = code < 128 && CLASSES[code] === SPACE ? this.#skip(1) : this.#step(script.charAt(this.#index));
      if (step !== true) return step;
    }
    if (this.#command.length > 0) this.#commands.push(this.#command);
    else if (this.#open) return UNDECIDED;
    return this.#commands.length > 0 ? this.#commands : null;
  }

  #skip(count: number): true {
    this.#index += count;
    return true;
  }

  #step(char: string): true | null | typeof UNDECIDED {
    switch (char) {
      case "\n":
        if (this.#command.length > 0) return this.#endCommand(1, false);
        return this.#open ? UNDECIDED : this.#skip(1);
      case ";":
        return this.#next() === ";" ? UNDECIDED : this.#endCommand(1, false);
      case "&":
        return this.#next() === "&" ? this.#endCommand(2, true) : null;
      case "|":
        if (this.#next() === "&") return null;
        return this.#endCommand(this.#next() === "|" ? 2 : 1, true);
      case "#":
        return null;
      default:
        return this.#word();
    }
  }

  #next(): string {
    return this.#script.charAt(this.#index + 1);
  }

  #endCommand(length: number, open: boolean): true | typeof UNDECIDED {
    if (this.#command.length === 0) return UNDECIDED;
    this.#commands.push(this.#command);
    this.#command = [];
    this.#open = open;
    return this.#skip(length);
  }

  /** Reads one word from here: plain characters and quoted parts, joined. */
  #word(): true | null | typeof UNDECIDED {
    const script = this.#script;
    // `==` and `=~` are operators of tests in the grammar.
    if (script.charAt(this.#index) === "=") return UNDECIDED;
    let value = "";
    let parts = 0;
    while (this.#index < script.length) {
      const start = this.#index;
      const code = script.charCodeAt(start);
      const kind = code < 128 ? CLASSES[code] : 0;
      if (kind === WORD) {
        let end = start + 1;
        while (end < script.length && CLASSES[script.charCodeAt(end)] === WORD) end += 1;
        value += script.slice(start, end);
        this.#index = end;
      } else if (code === 39 || code === 34) {
        // A command name in quotes is not a plain word.
        if (this.#command.length === 0) return null;
        const quoted = code === 39 ? this.#single(start + 1) : this.#double(start + 1);
        if (typeof quoted !== "string") return quoted;
        value += quoted;
      } else if (kind === SPACE || endsWord(code)) {
        break;
      } else if (kind === REJECT) {
        return null;
      } else {
        return UNDECIDED;
      }
      parts += 1;
    }
    if (parts > 1 && value === "") return null;
    if (this.#command.length === 0 && (!NAME.test(value) || SPECIAL.test(value))) return UNDECIDED;
    this.#command.push(value);
    this.#open = false;
    return true;
  }

  #single(start: number): string | typeof UNDECIDED {
    const end = this.#script.indexOf("'", start);
    if (end === -1) return UNDECIDED;
    this.#index = end + 1;
    return this.#script.slice(start, end);
  }

  #double(start: number): string | null | typeof UNDECIDED {
    for (let index = start; index < this.#script.length; index += 1) {
      switch (this.#script.charAt(index)) {
        case '"':
          this.#index = index + 1;
          return this.#script.slice(start, index);
        case "$":
        case "`":
          return null;
        case "\\":
          return UNDECIDED;
      }
    }
    return UNDECIDED;
  }
}

/** A character that ends a word: newline, `;`, `&`, `|`. */
function endsWord(code: number): boolean {
  return code === 10 || code === 59 || code === 38 || code === 124;
}

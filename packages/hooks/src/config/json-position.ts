/** Line and column (both from 1) of an offset in a text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
}

/** Where a value stands in a JSON text: the offset of its first character; null when the path leads nowhere. */
export function locateJson(text: string, path: readonly (string | number)[]): number | null {
  const { found } = scan(text, path);
  return found;
}

/** The offset of the first character that no JSON text could have there; the end of the text when it is cut off. */
export function syntaxErrorOffset(text: string): number {
  return scan(text, null).error ?? text.length;
}

/** What no reader of whole numbers takes, whatever its value: a point, an exponent, a zero below nothing, more than 64 bits. */
function isFloat(number: string): boolean {
  return /^(?:-0$|-?\d+[.eE])/.test(number) || (/^\d{20,}$/.test(number) && BigInt(number) > MAX_U64);
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** Where members of this name are numbers that are not written as whole ones: paths, as JSON. `JSON.parse` cannot tell `1.0` from `1`. */
export function floatPaths(text: string, name: string): ReadonlySet<string> {
  const paths = new Set<string>();
  if (/\d[.eE]|-0|\d{20}/.test(text)) {
    scan(text, null, {
      float: stack => {
        if (stack.at(-1)?.step === name) paths.add(JSON.stringify(pathOf(stack)));
      },
    });
  }
  return paths;
}

/** Members that stand in one object more than once: their paths, and where each stands again. `JSON.parse` keeps the last and says nothing. */
export function repeatedMembers(text: string): { path: readonly (string | number)[]; offset: number }[] {
  const repeated: { path: readonly (string | number)[]; offset: number }[] = [];
  const seen = new WeakMap<Level, Set<string>>();
  scan(text, null, {
    key: (stack, key, offset) => {
      const level = stack.at(-1);
      if (level === undefined) return;
      const keys = seen.get(level) ?? new Set();
      if (keys.has(key)) repeated.push({ path: pathOf(stack), offset });
      seen.set(level, keys.add(key));
    },
  });
  return repeated;
}

function pathOf(stack: readonly Level[]): (string | number)[] {
  return stack.map(({ step }) => step);
}

/** A token, and what else it takes with it: white space ahead of it. */
const TOKEN =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
const SPACE = /[ \t\n\r]*/y;

interface Level {
  readonly kind: "{" | "[";
  /** Key or index of the value that comes next or was last. */
  step: string | number;
}

/** What a walk tells of on its way. */
interface Watcher {
  /** A number that is not written as a whole one stands at the top of the stack. */
  float?(stack: readonly Level[]): void;
  /** A member begins. */
  key?(stack: readonly Level[], key: string, offset: number): void;
}

type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/** Walks over a JSON text once, without recursion: it may be nested as deeply as it likes. */
function scan(
  text: string,
  path: readonly (string | number)[] | null,
  watcher: Watcher = {},
): { found: number | null; error: number | null } {
  const stack: Level[] = [];
  let found: number | null = null;
  let expected: Expected = "value";
  for (let at = 0; ; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    SPACE.lastIndex = at;
    const start = at + (SPACE.exec(text)?.[0].length ?? 0);
    if (token === null || expected === "nothing") return { found, error: start < text.length ? start : null };
    at = TOKEN.lastIndex;
    const [, sign, string, scalar] = token;
    const level = stack.at(-1);
    const afterValue: Expected = level === undefined ? "nothing" : "comma or end";
    const wantsValue = expected === "value" || expected === "value or end";
    if (wantsValue && (string ?? scalar ?? (sign === "{" || sign === "[" ? sign : undefined)) !== undefined) {
      if (path !== null && found === null && isAt(stack, path)) found = start;
      if (sign === "{" || sign === "[") {
        stack.push({ kind: sign, step: sign === "[" ? 0 : "" });
        expected = sign === "[" ? "value or end" : "key or end";
      } else {
        expected = afterValue;
        if (scalar !== undefined && isFloat(scalar)) watcher.float?.(stack);
      }
      continue;
    }
    if (string !== undefined && level !== undefined && (expected === "key" || expected === "key or end")) {
      level.step = JSON.parse(string) as string;
      watcher.key?.(stack, level.step, start);
      expected = "colon";
    } else if (sign === ":" && expected === "colon") expected = "value";
    else if (sign === "," && expected === "comma or end" && level !== undefined) {
      if (typeof level.step === "number") level.step++;
      expected = level.kind === "[" ? "value" : "key";
    } else if (level !== undefined && sign === (level.kind === "[" ? "]" : "}") && expected.endsWith("or end")) {
      stack.pop();
      expected = stack.length === 0 ? "nothing" : "comma or end";
    } else return { found, error: start };
  }
}

function isAt(stack: readonly Level[], path: readonly (string | number)[]): boolean {
  return stack.length === path.length && path.every((step, at) => stack[at]?.step === step);
}

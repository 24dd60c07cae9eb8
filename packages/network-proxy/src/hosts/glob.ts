/** One step of a host glob. `star` is any run of characters, dots too. */
type Token =
  | { kind: "char"; value: string }
  | { kind: "any" }
  | { kind: "star" }
  | { kind: "class"; negated: boolean; ranges: readonly (readonly [from: string, to: string])[] };

/** A compiled glob; `matches` takes a host in normal form and needs time proportional to pattern times host at most. */
export interface HostGlob {
  /** The glob as it was written. */
  readonly source: string;
  matches(host: string): boolean;
}

/** Braces multiply; a pattern that means more alternatives than this is refused. */
const MAX_ALTERNATIVES = 256;

/** Compiles a glob (`*`, `?`, `[a-z]`, `[!a]`, `{a,b}`, `\` escapes), or gives null when it is none. Case does not matter. */
export function compileGlob(source: string): HostGlob | null {
  const lower = source.toLowerCase();
  const alternatives = expandBraces(lower);
  if (alternatives === null) return null;
  const compiled: (readonly Token[])[] = [];
  for (const alternative of alternatives) {
    const tokens = tokenize(alternative);
    if (tokens === null) return null;
    compiled.push(tokens);
  }
  return {
    source,
    matches: host => {
      const text = host.toLowerCase();
      return compiled.some(tokens => matchTokens(tokens, text));
    },
  };
}

/** Whether a pattern is nothing but ordinary characters. */
export function isLiteral(pattern: string): boolean {
  return !/[*?[\]{}\\]/.test(pattern);
}

function tokenize(pattern: string): Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (char === "?") tokens.push({ kind: "any" });
    else if (char === "[") {
      const found = readClass(pattern, at);
      if (found === null) return null;
      tokens.push(found.token);
      at = found.end;
    } else if (char === "\\") {
      const escaped = pattern[++at];
      if (escaped === undefined) return null;
      tokens.push({ kind: "char", value: escaped });
    } else tokens.push({ kind: "char", value: char });
  }
  return tokens;
}

function readClass(pattern: string, start: number): { token: Token; end: number } | null {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  const ranges: [string, string][] = [];
  for (let first = true; ; first = false) {
    const from = pattern[at];
    if (from === undefined) return null;
    // A bracket that comes first is a member, not the end.
    if (from === "]" && !first) break;
    const to = pattern[at + 2];
    if (pattern[at + 1] === "-" && to !== undefined && to !== "]") {
      if (from > to) return null;
      ranges.push([from, to]);
      at += 3;
    } else {
      ranges.push([from, from]);
      at++;
    }
  }
  return { token: { kind: "class", negated, ranges }, end: at };
}

/** All spellings of a pattern with braces; null when they do not close or are too many. */
function expandBraces(pattern: string): string[] | null {
  let done = [""];
  let at = 0;
  const append = (texts: readonly string[]): boolean => {
    done = done.flatMap(start => texts.map(text => start + text));
    return done.length <= MAX_ALTERNATIVES;
  };
  while (at < pattern.length) {
    const char = pattern[at] ?? "";
    if (char === "}") return null;
    if (char === "{") {
      const group = readBraces(pattern, at);
      if (group === null || !append(group.texts)) return null;
      at = group.end + 1;
    } else {
      const length = unitLength(pattern, at);
      append([pattern.slice(at, at + length)]);
      at += length;
    }
  }
  return done;
}

function readBraces(pattern: string, start: number): { texts: string[]; end: number } | null {
  const parts: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < pattern.length; at += unitLength(pattern, at)) {
    const char = pattern[at];
    if (char === "{") depth++;
    else if (char === "," && depth === 1) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    } else if (char === "}" && --depth === 0) {
      parts.push(pattern.slice(from, at));
      const texts: string[] = [];
      for (const part of parts) {
        const expanded = expandBraces(part);
        if (expanded === null) return null;
        texts.push(...expanded);
      }
      return texts.length > MAX_ALTERNATIVES ? null : { texts, end: at };
    }
  }
  return null;
}

/** An escape and a class are one unit: braces inside them are ordinary characters. */
function unitLength(pattern: string, at: number): number {
  if (pattern[at] === "\\") return 2;
  if (pattern[at] !== "[") return 1;
  const found = readClass(pattern, at);
  return found === null ? 1 : found.end - at + 1;
}

/** Greedy matching that only ever goes back to the last star: no pattern can make it slow. */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current?.kind === "star") {
      star = token++;
      resume = at;
    } else if (current !== undefined && matchesOne(current, text[at] ?? "")) {
      token++;
      at++;
    } else if (star !== -1) {
      token = star + 1;
      at = ++resume;
    } else return false;
  }
  while (tokens[token]?.kind === "star") token++;
  return token === tokens.length;
}

function matchesOne(token: Token, char: string): boolean {
  switch (token.kind) {
    case "char":
      return token.value === char;
    case "class":
      return token.ranges.some(([from, to]) => from <= char && char <= to) !== token.negated;
    case "any":
      return true;
    case "star":
      return false;
  }
}

import { PermissionsError } from "./errors.ts";

/**
 * The glob dialect of deny rules (section 5.1): `*` and `?` stay inside a component, `**` as a whole component crosses,
 * `[…]` is a class (`!` or `^` negates), `{a,b}` are alternatives, `\` escapes, an unclosed `[` is a literal, and case
 * counts. Matching walks back to the last star only, so its time is bounded by pattern length times path length.
 */
export interface Glob {
  readonly pattern: string;
  /** True when the whole path matches; a match says nothing about what lies below. */
  matches(path: string): boolean;
}

/** Alternatives multiply; a pattern that unfolds into more than this many is refused. */
const MAX_ALTERNATIVES = 256;

type Token =
  | { kind: "char"; code: number }
  | { kind: "any" }
  | { kind: "star" }
  | { kind: "class"; negated: boolean; ranges: readonly (readonly [number, number])[] };

type Segment = "globstar" | readonly Token[];

/** The characters that make a configuration path a pattern (section 4.2). */
export function hasGlobCharacters(text: string): boolean {
  return /[*?[\]]/.test(text);
}

/**
 * The folder a pattern cannot leave: what precedes the first glob character, cut back to a whole folder. Null when the
 * pattern starts with a glob character.
 */
export function globStaticPrefix(pattern: string): string | null {
  const first = pattern.search(/[*?[\]{}]/);
  if (first === -1) return pattern;
  if (first === 0) return null;
  const cut = Math.max(pattern.lastIndexOf("/", first - 1), pattern.lastIndexOf("\\", first - 1));
  if (cut === -1) return null;
  return cut === 0 || /^[A-Za-z]:$/.test(pattern.slice(0, cut)) ? pattern.slice(0, cut + 1) : pattern.slice(0, cut);
}

/**
 * Compiles a pattern.
 * @throws PermissionsError `invalid_shape` for a reversed range, unbalanced braces, a trailing escape or too many alternatives
 */
export function compileGlob(pattern: string, flavor: "posix" | "windows" = "posix"): Glob {
  const windows = flavor === "windows";
  const text = windows ? pattern.replaceAll("\\", "/").toLowerCase() : pattern;
  const alternatives = expandBraces(text).map(compileAlternative);
  return {
    pattern,
    matches(path) {
      const parts = (windows ? path.replaceAll("\\", "/").toLowerCase() : path).split("/");
      return alternatives.some(segments => matchSegments(segments, parts));
    },
  };
}

function refuse(pattern: string, why: string): never {
  throw new PermissionsError("invalid_shape", `invalid glob pattern \`${pattern}\`: ${why}`);
}

/** Where the class that opens at `open` closes, or -1 when it never does (then `[` is a literal). */
function classEnd(text: string, open: number): number {
  let at = open + 1;
  if (text[at] === "!" || text[at] === "^") at += 1;
  return text.indexOf("]", at + 1);
}

interface BraceGroup {
  before: string;
  choices: string[];
  after: string;
}

/** The first `{…}` of a pattern with its top-level choices, or null when there is none. */
function firstBraceGroup(text: string): BraceGroup | null {
  let depth = 0;
  let open = -1;
  let choiceStart = 0;
  const choices: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\\") {
      at += 1;
    } else if (char === "[") {
      const end = classEnd(text, at);
      if (end !== -1) at = end;
    } else if (char === "{") {
      if (depth === 0) {
        open = at;
        choiceStart = at + 1;
      }
      depth += 1;
    } else if (char === "," && depth === 1) {
      choices.push(text.slice(choiceStart, at));
      choiceStart = at + 1;
    } else if (char === "}") {
      if (depth === 0) refuse(text, "`}` without `{`");
      depth -= 1;
      if (depth === 0) {
        choices.push(text.slice(choiceStart, at));
        return { before: text.slice(0, open), choices, after: text.slice(at + 1) };
      }
    }
  }
  if (depth > 0) refuse(text, "`{` without `}`");
  return null;
}

function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const pending = [pattern];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const group = firstBraceGroup(next);
    if (group === null) {
      done.push(next);
    } else {
      for (const choice of group.choices) pending.push(group.before + choice + group.after);
    }
    if (done.length + pending.length > MAX_ALTERNATIVES) refuse(pattern, `more than ${MAX_ALTERNATIVES} alternatives`);
  }
  return done;
}

function compileAlternative(pattern: string): Segment[] {
  const segments: Segment[] = [];
  // A class never spans components: an unclosed `[` in one of them is a literal.
  for (const part of pattern.split("/")) {
    if (part !== "**") segments.push(tokenize(part, pattern));
    else if (segments.at(-1) !== "globstar") segments.push("globstar");
  }
  return segments;
}

function tokenize(part: string, pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < part.length; at += 1) {
    const char = part[at];
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (char === "?") {
      tokens.push({ kind: "any" });
    } else if (char === "\\") {
      at += 1;
      if (at >= part.length) refuse(pattern, "nothing follows the last `\\`");
      tokens.push({ kind: "char", code: part.charCodeAt(at) });
    } else if (char === "[" && classEnd(part, at) !== -1) {
      const end = classEnd(part, at);
      tokens.push(tokenizeClass(part.slice(at + 1, end), pattern));
      at = end;
    } else {
      tokens.push({ kind: "char", code: part.charCodeAt(at) });
    }
  }
  return tokens;
}

function tokenizeClass(body: string, pattern: string): Token {
  const negated = body.startsWith("!") || body.startsWith("^");
  const members = negated ? body.slice(1) : body;
  const ranges: [number, number][] = [];
  for (let at = 0; at < members.length; at += 1) {
    const low = members.charCodeAt(at);
    if (members[at + 1] === "-" && at + 2 < members.length) {
      const high = members.charCodeAt(at + 2);
      if (high < low) refuse(pattern, `the range \`${members.slice(at, at + 3)}\` is reversed`);
      ranges.push([low, high]);
      at += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return { kind: "class", negated, ranges };
}

function tokenTakes(token: Token, code: number): boolean {
  switch (token.kind) {
    case "char":
      return token.code === code;
    case "class":
      return token.ranges.some(([low, high]) => code >= low && code <= high) !== token.negated;
    case "any":
      return true;
    case "star":
      return false;
  }
}

/** One component against one token list; on a mismatch only the last star grows. */
function matchComponent(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < text.length) {
    const current = tokens[token];
    if (current?.kind === "star") {
      starToken = token;
      starAt = at;
      token += 1;
    } else if (current !== undefined && tokenTakes(current, text.charCodeAt(at))) {
      token += 1;
      at += 1;
    } else if (starToken !== -1) {
      starAt += 1;
      at = starAt;
      token = starToken + 1;
    } else {
      return false;
    }
  }
  while (tokens[token]?.kind === "star") token += 1;
  return token === tokens.length;
}

/** All components against all segments; on a mismatch only the last `**` grows, and a final `**` needs one component. */
function matchSegments(segments: readonly Segment[], parts: readonly string[]): boolean {
  let segment = 0;
  let at = 0;
  let starSegment = -1;
  let starAt = 0;
  while (at < parts.length) {
    const current = segments[segment];
    if (current === "globstar") {
      if (segment === segments.length - 1) return true;
      starSegment = segment;
      starAt = at;
      segment += 1;
    } else if (current !== undefined && matchComponent(current, parts[at] ?? "")) {
      segment += 1;
      at += 1;
    } else if (starSegment !== -1) {
      starAt += 1;
      at = starAt;
      segment = starSegment + 1;
    } else {
      return false;
    }
  }
  return segment === segments.length;
}

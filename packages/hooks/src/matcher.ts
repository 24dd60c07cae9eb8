import type { RE2JS } from "re2js";
import { errorText } from "./text.ts";

/** A matcher as it is written in a hooks.json. */
export function matcherText(matcher: Matcher): string {
  switch (matcher.kind) {
    case "all":
      return "*";
    case "words":
      return matcher.words.join("|");
    case "regex":
      return matcher.pattern;
  }
}

/** Which inputs a group of handlers is for. */
export type Matcher =
  | { readonly kind: "all" }
  /** One of the words must equal the input. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** The expression must be found somewhere in the input. */
  | { readonly kind: "regex"; readonly pattern: string; readonly regex: Pick<RE2JS, "matcher"> };

/** A matcher is no regular expression. */
export class MatcherError extends Error {
  readonly code = "invalid_matcher";
  /** The matcher as written. */
  readonly matcher: string;

  constructor(matcher: string, reason: string) {
    super(reason);
    this.name = "MatcherError";
    this.matcher = matcher;
  }
}

const WORDS_ONLY = /^[A-Za-z0-9_|]+$/;

/**
 * Reads a matcher (spec: hooks §3). Absent, empty and `*` match everything; letters, digits, `_` and `|` are words that must equal the
 * input; anything else is a regular expression without look-around and back-references, searched for unanchored.
 * The expression engine is loaded when the first expression comes.
 * @throws MatcherError when it is no such expression
 */
export async function compileMatcher(pattern: string | null | undefined): Promise<Matcher> {
  if (pattern === null || pattern === undefined || pattern === "" || pattern === "*") return { kind: "all" };
  if (WORDS_ONLY.test(pattern)) return { kind: "words", words: pattern.split("|") };
  const unsupported = otherwiseRead(pattern);
  if (unsupported !== null) throw new MatcherError(pattern, unsupported);
  const { RE2JS } = await import("re2js");
  try {
    return { kind: "regex", pattern, regex: RE2JS.compile(pattern) };
  } catch (error) {
    throw new MatcherError(pattern, errorText(error));
  }
}

/** Whether a matcher is for one of the inputs: a tool's name or one of its aliases, or a session's source. */
export function matches(matcher: Matcher, inputs: readonly string[]): boolean {
  switch (matcher.kind) {
    case "all":
      return true;
    case "words":
      return inputs.some(input => matcher.words.includes(input));
    case "regex":
      return inputs.some(input => matcher.regex.matcher(input).find());
  }
}

/** What the engine would read otherwise inside a class, set operations for one: better no matcher than another one. */
function otherwiseRead(pattern: string): string | null {
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") {
      at++;
      if (inClass && /^[dDwWsSpP]-[^\]]/.test(pattern.slice(at, at + 3))) {
        return `a range cannot begin with a class of characters (at ${at - 1})`;
      }
      continue;
    }
    if (!inClass) {
      if (character !== "[") continue;
      inClass = true;
      if (pattern[at + 1] === "^") at++;
      if (pattern[at + 1] === "]") at++;
      continue;
    }
    if (character === "]") inClass = false;
    else if (character === "[" && pattern[at + 1] === ":") at = Math.max(at, pattern.indexOf(":]", at) + 1);
    else if (character === "[") return `a character class inside a character class is not supported (at ${at})`;
    else if (["&&", "--", "~~"].includes(pattern.slice(at, at + 2))) {
      return `set operations in a character class are not supported (at ${at})`;
    }
  }
  return null;
}

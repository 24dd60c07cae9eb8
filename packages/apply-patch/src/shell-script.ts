import { APPLY_PATCH_NAMES } from "./names.ts";

/** A script that does nothing but call `apply_patch` with a heredoc. */
export interface HeredocCall {
  /** The heredoc's text as written, without its trailing newlines. */
  body: string;
  /** The folder of a leading `cd`, as written and unquoted, or null. */
  cd: string | null;
}

/** A bare word without anything a shell would expand, join or unescape. */
const BARE_WORD = /^[^\s'"<>{}[\]()`$|&;\\#][^\s'"<>{}[\]()`$|&;\\]*/;
const DOUBLE_QUOTED = /^"([^"$`\\]+)"/;
const SINGLE_QUOTED = /^'([^']*)'/;
const HEREDOC_START = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n$`\\]+)"|\\?([A-Za-z0-9_][\w.-]*))[ \t]*\n/;

/**
 * Recognises the two scripts of section 6 that count as a call of apply_patch: `apply_patch <<EOF…` and
 * `cd DIR && apply_patch <<EOF…`, as the only statement. Everything else, also what a shell would accept, is not
 * recognised and so stays an ordinary command.
 */
export function recognizeHeredocCall(script: string): HeredocCall | null {
  let rest = script.replace(/^\s+/, "");
  let cd: string | null = null;
  const change = /^cd[ \t]+/.exec(rest);
  if (change !== null) {
    rest = rest.slice(change[0].length);
    const folder = SINGLE_QUOTED.exec(rest) ?? DOUBLE_QUOTED.exec(rest) ?? BARE_WORD.exec(rest);
    if (folder === null) return null;
    cd = folder[1] ?? folder[0];
    const and = /^[ \t]*&&\s*/.exec(rest.slice(folder[0].length));
    if (and === null) return null;
    rest = rest.slice(folder[0].length + and[0].length);
  }
  const name = /^[A-Za-z_]+/.exec(rest)?.[0] ?? "";
  if (!APPLY_PATCH_NAMES.includes(name)) return null;
  const afterName = rest.slice(name.length).replace(/^[ \t]+/, "");
  const start = HEREDOC_START.exec(afterName);
  if (start === null) return null;
  const delimiter = start[2] ?? start[3] ?? start[4] ?? "";
  const body = heredocBody(afterName.slice(start[0].length), delimiter, start[1] === "-");
  return body === null ? null : { body, cd };
}

/** The lines before the delimiter, or null when it never comes or more than blank lines follow it. */
function heredocBody(text: string, delimiter: string, stripsTabs: boolean): string | null {
  const lines = text.split("\n");
  const end = lines.findIndex(line => (stripsTabs ? line.replace(/^\t+/, "") : line) === delimiter);
  if (end <= 0 || lines.slice(end + 1).some(line => /\S/.test(line))) return null;
  return lines.slice(0, end).join("\n").replace(/\n+$/, "");
}

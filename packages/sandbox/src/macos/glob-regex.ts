/**
 * A deny glob as an anchored regular expression of the Seatbelt dialect (section 8): `*` and `?` stay inside a component,
 * a double star crosses, an unclosed `[` is a letter. A pattern without any glob character covers what lies below it.
 */
export function globToSeatbeltRegex(pattern: string): string {
  let regex = "";
  let special = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === "*") {
      special = true;
      if (pattern[at + 1] !== "*") regex += "[^/]*";
      else if (pattern[at + 2] === "/") {
        regex += "(.*/)?";
        at += 2;
      } else {
        regex += ".*";
        at += 1;
      }
    } else if (char === "?") {
      special = true;
      regex += "[^/]";
    } else if (char === "[" && pattern.indexOf("]", at + 2) !== -1) {
      special = true;
      const end = pattern.indexOf("]", at + 2);
      const body = pattern.slice(at + 1, end).replace(/^[!^]/, "^");
      regex += `[${body.replaceAll("\\", "\\\\")}]`;
      at = end;
    } else {
      regex += char.replace(/[.+(){}|^$\\[\]*?]/, "\\$&");
    }
  }
  return `^${regex}${special ? "" : "(/.*)?"}$`;
}

import type { FStringPart } from "./ast.ts";
import { Fault, MAX_BITS } from "./fault.ts";
import type { Token } from "./lexer.ts";
import { nameOf } from "./nodes.ts";
import type { TokenStream } from "./tokens.ts";

/** The value of an integer literal. */
export function readInt(token: Token): number | bigint {
  if (token.text.length > MAX_BITS / 4) throw new Fault("Parse error: the integer is too large", token);
  const value = BigInt(token.text);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** The parts of an f-string: only names may stand in its braces. */
export function readFString(token: Token, tokens: TokenStream): FStringPart[] {
  const parts: FStringPart[] = [];
  const { text } = token;
  const contentStart = token.start + token.quoteLength;
  let plain = "";
  let index = 0;
  while (index < text.length) {
    const char = text.charAt(index);
    if ((char === "{" || char === "}") && text.charAt(index + 1) === char) {
      plain += char;
      index += 2;
    } else if (char === "{") {
      const end = text.indexOf("}", index);
      if (end === -1) {
        tokens.complain(`Invalid format: Unmatched '{' in format string \`${text}\``, token);
        return parts;
      }
      const inside = text.slice(index + 1, end);
      const match = /^(.*?)(?:!([rs]))?$/s.exec(inside);
      const name = (match?.[1] ?? inside).trim();
      // Counted in the text that the literal stands for, which is where the reference program points to.
      const at = contentStart + index + 1;
      const place = { start: at, end: at + inside.length };
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) tokens.complain(`Not a valid identifier: \`${name}\``, place);
      if (plain !== "") parts.push({ text: plain });
      plain = "";
      parts.push({ name: nameOf({ ...token, ...place, text: name }), conversion: match?.[2] === "r" ? "r" : "s" });
      index = end + 1;
    } else if (char === "}") {
      tokens.complain(`Invalid format: Standalone '}' in format string \`${text}\``, token);
      return parts;
    } else {
      plain += char;
      index += 1;
    }
  }
  if (plain !== "") parts.push({ text: plain });
  return parts;
}

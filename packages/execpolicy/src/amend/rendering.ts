import type { Policy } from "../rules/policy.ts";
import { compareText } from "../starlark/operators.ts";

const MAX_PREFIXES = 100;
const MAX_CHARACTERS = 5000;
const CUT = "...\n[Some commands were truncated]";

/** The prefixes that a policy allows, alternatives as `[a|b]`: short ones first, each once. */
export function allowedPrefixes(policy: Policy): string[][] {
  const unique = new Map<string, string[]>();
  for (const rule of policy.rules) {
    if (rule.decision !== "allow") continue;
    const words = [
      rule.first,
      ...rule.rest.map(token => ("single" in token ? token.single : `[${token.alts.join("|")}]`)),
    ];
    unique.set(JSON.stringify(words), words);
  }
  return [...unique.values()].sort(comparePrefixes);
}

function comparePrefixes(left: readonly string[], right: readonly string[]): number {
  const size = (words: readonly string[]): number => words.reduce((sum, word) => sum + byteLength(word), 0);
  if (left.length !== right.length) return left.length - right.length;
  if (size(left) !== size(right)) return size(left) - size(right);
  for (const [index, word] of left.entries()) {
    const order = compareText(word, right[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Prefixes as the model sees them, one a line; cut where there are too many. Null for none. */
export function renderAllowedPrefixes(prefixes: readonly (readonly string[])[]): string | null {
  if (prefixes.length === 0) return null;
  const lines = prefixes
    .slice(0, MAX_PREFIXES)
    .map(words => `- [${words.map(word => JSON.stringify(word)).join(", ")}]`);
  const text = [...lines.join("\n")];
  const cut = prefixes.length > MAX_PREFIXES || text.length > MAX_CHARACTERS;
  return text.slice(0, MAX_CHARACTERS).join("") + (cut ? CUT : "");
}

import { ExecPolicyError } from "../errors.ts";
import { normalizeNetworkHost, trimSpace } from "../rules/host.ts";
import type { Decision, NetworkProtocol } from "../rules/types.ts";

/** The line of a rules file that allows commands beginning with these words. */
export function prefixRuleLine(prefix: readonly string[]): string {
  if (prefix.length === 0) throw new ExecPolicyError("rule", "prefix rule requires at least one token");
  return `prefix_rule(pattern=[${prefix.map(starlarkText).join(", ")}], decision="allow")`;
}

/** A network rule as it is asked for: the host in any spelling. */
export interface NetworkAmendment {
  readonly host: string;
  readonly protocol: NetworkProtocol;
  readonly decision: Decision;
  readonly justification?: string;
}

/**
 * The line of a rules file for a network rule, with the host in its normal form.
 * @throws ExecPolicyError `rule`
 */
export function networkRuleLine(amendment: NetworkAmendment): string {
  const { protocol, decision, justification } = amendment;
  const host = normalizedHost(amendment.host);
  if (justification !== undefined && trimSpace(justification) === "") {
    throw new ExecPolicyError("rule", "invalid network rule: invalid rule: justification cannot be empty");
  }
  const parts = [
    `host=${starlarkText(host)}`,
    `protocol="${protocol}"`,
    `decision="${decision === "forbidden" ? "deny" : decision}"`,
    ...(justification === undefined ? [] : [`justification=${starlarkText(justification)}`]),
  ];
  return `network_rule(${parts.join(", ")})`;
}

function normalizedHost(host: string): string {
  try {
    return normalizeNetworkHost(host);
  } catch (error) {
    if (!(error instanceof ExecPolicyError)) throw error;
    throw new ExecPolicyError("rule", `invalid network rule: invalid rule: ${error.message}`);
  }
}

/**
 * A text as a literal that both JSON and the rules language read the same: control characters by their number, and
 * everything outside ASCII as it is.
 */
function starlarkText(text: string): string {
  // By pairs: the `b` behind an escaped backslash is a letter.
  return JSON.stringify(text).replace(/\\./g, escape =>
    escape === "\\b" ? "\\u0008" : escape === "\\f" ? "\\u000c" : escape,
  );
}

/**
 * What has to be appended to a rules file so that it holds a line; null when it does already.
 * @param existing the whole text of the file
 */
export function textToAppend(existing: string, line: string): string | null {
  if (existing.split("\n").some(present => present === line || present === `${line}\r`)) return null;
  const separator = existing === "" || existing.endsWith("\n") ? "" : "\n";
  return `${separator}${line}\n`;
}

import { ExecPolicyError } from "../errors.ts";

/** White space as Unicode defines it. */
const SPACE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ANY_SPACE = new RegExp(SPACE);
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

/** Removes white space at both ends. */
export function trimSpace(text: string): string {
  return text.replace(OUTER_SPACE, "");
}

/**
 * The form of a host in network rules: one specific host, in lower case, without port (section 2.2).
 * @throws ExecPolicyError `rule`
 */
export function normalizeNetworkHost(raw: string): string {
  const fail = (message: string): never => {
    throw new ExecPolicyError("rule", message);
  };
  let host = trimSpace(raw);
  if (host === "") fail("network_rule host cannot be empty");
  if (host.includes("://") || /[/?#]/.test(host)) {
    fail("network_rule host must be a hostname or IP literal (without scheme or path)");
  }
  if (host.startsWith("[")) {
    const end = host.indexOf("]");
    if (end === -1) fail("network_rule host has an invalid bracketed IPv6 literal");
    if (!/^(?::[0-9]+)?$/.test(host.slice(end + 1))) fail(`network_rule host contains an unsupported suffix: ${raw}`);
    host = host.slice(1, end);
  } else {
    host = /^([^:]+):[0-9]+$/.exec(host)?.[1] ?? host;
  }
  host = trimSpace(host.replace(/\.+$/, "")).replace(/[A-Z]/g, letter => letter.toLowerCase());
  if (host === "") fail("network_rule host cannot be empty");
  if (host.includes("*")) fail("network_rule host must be a specific host; wildcards are not allowed");
  if (ANY_SPACE.test(host)) fail("network_rule host cannot contain whitespace");
  return host;
}

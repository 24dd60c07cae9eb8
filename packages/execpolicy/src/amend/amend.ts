import { ExecPolicyError } from "../errors.ts";
import type { ProgramLookup } from "../rules/paths.ts";
import type { Policy } from "../rules/policy.ts";
import { normalizeNetworkHost } from "../rules/host.ts";
import type { Decision, NetworkProtocol } from "../rules/types.ts";
import { type NetworkAmendment, networkRuleLine, prefixRuleLine } from "./lines.ts";

/** Where an amendment is kept: for this person everywhere, or for everybody who works on the project. */
export type AmendmentScope = "user" | "project";

/** The folders that the two scopes mean. */
export interface AmendmentFolders {
  readonly codexHome: string;
  /** The `.codex` folder of a trusted project; null where there is none. */
  readonly projectFolder?: string | null;
}

/**
 * The file that amendments of a scope go to.
 * @throws ExecPolicyError `write` for the project scope outside of a trusted project
 */
export function amendmentFile(scope: AmendmentScope, folders: AmendmentFolders): string {
  if (scope === "user") return `${folders.codexHome}/rules/default.rules`;
  if (folders.projectFolder === undefined || folders.projectFolder === null) {
    throw new ExecPolicyError(
      "write",
      "the rule cannot be saved for the project: the folder is not part of a trusted project; save it for the user",
    );
  }
  return `${folders.projectFolder}/rules/default.rules`;
}

/** Adds a line to a rules file unless it is there (`appendRuleLine` of `@codex-ts/execpolicy/node`). */
export type AppendLine = (file: string, line: string) => Promise<void>;

/** What a person's answer adds to the rules: an allow prefix, or a rule about one host. */
export type Amendment = { readonly prefix: readonly string[] } | NetworkAmendment;

/** Where an amendment is written, and what program texts are resolved against. */
export interface AmendmentTarget {
  /** The rules file (`amendmentFile`). */
  readonly file: string;
  readonly append: AppendLine;
  readonly lookup: ProgramLookup;
}

/**
 * Saves an amendment as one more line of a rules file and gives the policy with it (section 11).
 * @throws ExecPolicyError `rule` for what no rule may say, `write` when the file cannot be changed
 */
export async function amend(policy: Policy, amendment: Amendment, target: AmendmentTarget): Promise<Policy> {
  return "prefix" in amendment
    ? await amendPrefix(policy, amendment.prefix, target)
    : await amendNetwork(policy, amendment, target);
}

/**
 * Saves an allow prefix and gives the policy with it. The policy stays as it is where a rule allows the command already.
 * @throws ExecPolicyError `rule` or `write`
 */
export async function amendPrefix(policy: Policy, prefix: readonly string[], where: AmendmentTarget): Promise<Policy> {
  await where.append(where.file, prefixRuleLine(prefix));
  const matches = policy.match(prefix, { resolveHostExecutables: where.lookup });
  const allowed = matches.length > 0 && matches.every(match => match.decision === "allow");
  return allowed ? policy : policy.withAllowPrefix(prefix);
}

/**
 * Saves a network rule and gives the policy with it.
 * @throws ExecPolicyError `rule` or `write`
 */
export async function amendNetwork(
  policy: Policy,
  amendment: NetworkAmendment,
  where: Omit<AmendmentTarget, "lookup">,
): Promise<Policy> {
  await where.append(where.file, networkRuleLine(amendment));
  return policy.withNetworkRule({ ...amendment, host: normalizeNetworkHost(amendment.host) });
}

const PROTOCOL_TEXT: Readonly<Record<NetworkProtocol, string>> = {
  http: "http",
  https: "https_connect",
  socks5_tcp: "socks5_tcp",
  socks5_udp: "socks5_udp",
};

/**
 * The rule that a person's answer to a network prompt makes (section 12.3).
 * @param prompted the host that was asked about
 * @throws ExecPolicyError `mismatch` when the answer is about another host, `rule` when its host is not acceptable
 */
export function networkAmendment(
  answer: { host: string; action: "allow" | "deny" },
  prompted: { host: string; protocol: NetworkProtocol },
): NetworkAmendment {
  const host = normalizeNetworkHost(answer.host);
  const asked = normalizeNetworkHost(prompted.host);
  if (host !== asked) {
    throw new ExecPolicyError(
      "mismatch",
      `network policy amendment host '${answer.host}' does not match approved host '${prompted.host}'`,
    );
  }
  const decision: Decision = answer.action === "allow" ? "allow" : "forbidden";
  const verb = answer.action === "allow" ? "Allow" : "Deny";
  const justification = `${verb} ${PROTOCOL_TEXT[prompted.protocol]} access to ${host}`;
  return { host, protocol: prompted.protocol, decision, justification };
}

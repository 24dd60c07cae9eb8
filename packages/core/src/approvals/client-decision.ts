import type { AmendmentScope } from "@codex-ts/execpolicy";
import { DENIED_BY_USER, type Decision } from "./decision.ts";

const DENIED: Decision = { type: "denied", reason: DENIED_BY_USER, by: "person" };

/**
 * What a client's answer to a question about a command or a patch means (spec protocol.md 7.2). Whatever cannot be read is a refusal.
 * @param answer the result as it came off the wire
 */
export function readClientDecision(answer: unknown): Decision {
  const decision = member(answer, "decision");
  switch (decision) {
    case "accept":
      return { type: "approved" };
    case "acceptForSession":
      return { type: "approvedForSession" };
    case "cancel":
      return { type: "abort" };
    default:
      return readAmendment(decision) ?? DENIED;
  }
}

/** Only commands and connections can be answered with a rule; a patch answered so is refused. */
export function readPatchDecision(answer: unknown): Decision {
  const decision = readClientDecision(answer);
  return decision.type === "approvedWithAmendment" || decision.type === "networkAmendment" ? DENIED : decision;
}

function readAmendment(decision: unknown): Decision | null {
  const accepted = member(decision, "acceptWithExecpolicyAmendment");
  const prefix = member(accepted, "execpolicy_amendment");
  const scope = readScope(member(accepted, "scope"));
  if (Array.isArray(prefix) && prefix.every(word => typeof word === "string") && scope !== null) {
    return { type: "approvedWithAmendment", prefix, scope };
  }
  const rule = member(member(decision, "applyNetworkPolicyAmendment"), "network_policy_amendment");
  const host = member(rule, "host");
  const action = member(rule, "action");
  if (typeof host === "string" && (action === "allow" || action === "deny")) {
    return { type: "networkAmendment", host, action };
  }
  return null;
}

/** Where the person wants the rule saved. An extension of the answer: clients that do not know it leave it out. */
function readScope(value: unknown): AmendmentScope | null {
  if (value === undefined || value === null) return "user";
  return value === "user" || value === "project" ? value : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

import type { BlockedRequest, NetworkDeciderAnswer, NetworkPolicyRequest } from "@codex-ts/network-proxy";
import { modelText } from "@codex-ts/network-proxy";
import { askClient } from "../approvals/command-question.ts";
import type { Decision } from "../approvals/decision.ts";
import { decideWithoutPerson } from "../approvals/pipeline.ts";
import type { NetworkTrigger } from "../approvals/slots.ts";
import { legacyPolicy } from "../exec/permissions.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { approvalId, hostKey, type HostKey, targetOf, wireProtocols } from "./host-key.ts";

/** A call whose processes may reach the network through the proxy. */
export interface NetworkCall {
  turn: TurnScope;
  trigger: NetworkTrigger;
  /** As hooks see it. */
  command: string;
}

/** Why a connection of a call was refused. */
export type NetworkOutcome = { by: "person" } | { by: "policy"; text: string };

interface RegisteredCall extends NetworkCall {
  outcome: NetworkOutcome | null;
}

/** What an answer that names a host for good leads to; failures are told to the client, and thrown nowhere. */
export type SaveAmendment = (
  turn: TurnScope,
  amendment: { host: string; action: "allow" | "deny" },
  key: HostKey,
) => Promise<void>;

const ALLOW: NetworkDeciderAnswer = { decision: "allow" };
const DENY: NetworkDeciderAnswer = { decision: "deny", reason: "not_allowed" };

/**
 * Decides about hosts that no rule names (spec network-proxy.md 6): once per host, protocol and port, however many
 * requests wait; and remembers for a session what was said for a session.
 */
export class NetworkApprovals {
  private readonly save: SaveAmendment;
  private readonly approved = new Map<string, HostKey>();
  private readonly denied = new Set<string>();
  private readonly pending = new Map<string, Promise<NetworkDeciderAnswer>>();
  private readonly calls = new Set<RegisteredCall>();
  private current: TurnScope | null = null;

  constructor(save: SaveAmendment) {
    this.save = save;
  }

  /** The turn that questions are asked in from now on. */
  enter(turn: TurnScope): void {
    this.current = turn;
  }

  /** Counts a call among those that may own a connection, until the answer is taken. Gives why it was refused one, if it was. */
  register(call: NetworkCall): () => NetworkOutcome | null {
    const registered: RegisteredCall = { ...call, outcome: null };
    this.calls.add(registered);
    return () => {
      this.calls.delete(registered);
      return registered.outcome;
    };
  }

  /** What was approved for the session: a reviewer's session starts with it. */
  get approvedHosts(): readonly HostKey[] {
    return [...this.approved.values()];
  }

  /** Replaces what is approved for the session. */
  replaceApproved(keys: readonly HostKey[]): void {
    this.approved.clear();
    for (const key of keys) this.approved.set(approvalId(key), key);
  }

  /** Hears of a refusal of the proxy. The person's own word stands; any other reason gives way to the proxy's text. */
  observe(entry: BlockedRequest): void {
    const text = modelText(entry);
    if (text !== null) refuseBy(this.owner, { by: "policy", text });
  }

  /** Answers the proxy about a host. Never rejects. */
  async decide(request: NetworkPolicyRequest): Promise<NetworkDeciderAnswer> {
    const key = hostKey(request);
    const id = approvalId(key);
    if (this.denied.has(id)) return DENY;
    if (this.approved.has(id)) return ALLOW;
    const waiting = this.pending.get(id);
    if (waiting !== undefined) return waiting;
    const answer = this.ask(key)
      .catch(() => DENY)
      .finally(() => this.pending.delete(id));
    this.pending.set(id, answer);
    return answer;
  }

  /** The one call that a connection can be of; null when several run, or none. */
  private get owner(): RegisteredCall | null {
    const [first, ...others] = this.calls;
    return first !== undefined && others.length === 0 ? first : null;
  }

  private async ask(key: HostKey): Promise<NetworkDeciderAnswer> {
    const { owner, current } = this;
    const target = targetOf(key);
    const policyText = `Network access to "${target}" was blocked by policy.`;
    const turn = owner !== null && !owner.turn.signal.aborted ? owner.turn : current;
    if (turn === null || turn.signal.aborted || !mayAsk(turn)) {
      refuseBy(owner, { by: "policy", text: policyText });
      return DENY;
    }
    const description = `network-access ${target}`;
    const decided = await decideWithoutPerson(turn, {
      hook: {
        toolName: "Bash",
        toolInput: { command: owner?.command ?? description, description },
        runSuffix: approvalId(key),
      },
      review: {
        kind: "network_access",
        target,
        host: key.host,
        protocol: wireProtocols[key.label],
        port: key.port,
        trigger: owner?.trigger ?? null,
      },
      targetItemId: null,
      reason: policyText,
    });
    return this.settle(turn, key, owner, decided ?? (await this.askPerson(turn, key)));
  }

  private async askPerson(turn: TurnScope, key: HostKey): Promise<Decision> {
    const { host } = key;
    const { decision, by } = await askClient(turn, {
      itemId: approvalId(key),
      reason: `${host} is not in the allowed_domains`,
      command: null,
      network: { host, protocol: wireProtocols[key.label] },
      networkAmendments: [
        { host, action: "allow" },
        { host, action: "deny" },
      ],
    });
    if (decision.type === "abort" && by === "answer") turn.requestAbort();
    return decision;
  }

  private async settle(
    turn: TurnScope,
    key: HostKey,
    owner: RegisteredCall | null,
    decision: Decision,
  ): Promise<NetworkDeciderAnswer> {
    const id = approvalId(key);
    switch (decision.type) {
      case "approved":
      case "approvedWithAmendment":
        return ALLOW;
      case "approvedForSession":
        this.approved.set(id, key);
        this.denied.delete(id);
        return ALLOW;
      case "networkAmendment":
        await this.save(turn, decision, key);
        if (decision.action === "allow") {
          this.approved.set(id, key);
          this.denied.delete(id);
          return ALLOW;
        }
        this.denied.add(id);
        this.approved.delete(id);
        refuseBy(owner, { by: "person" });
        return DENY;
      case "denied":
        refuseBy(owner, decision.by === "person" ? { by: "person" } : { by: "policy", text: decision.reason });
        return DENY;
      case "abort":
        refuseBy(owner, { by: "person" });
        return DENY;
    }
  }
}

/** People are asked where commands are confined and the policy lets questions through at all. */
function mayAsk({ context, session }: TurnScope): boolean {
  const { approvalPolicy, permissions, cwd } = context.settings;
  if (approvalPolicy === "never") return false;
  const { type } = legacyPolicy(permissions, cwd, { env: session.services.env });
  return type === "read-only" || type === "workspace-write";
}

function refuseBy(call: RegisteredCall | null, outcome: NetworkOutcome): void {
  if (call !== null && call.outcome?.by !== "person") call.outcome = outcome;
}

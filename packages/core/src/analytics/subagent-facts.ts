import type { SubAgentSource } from "@codex-ts/analytics";
import type { Session } from "../thread/session.ts";

/** A session started another one beside it. It is told under the client of the first; without one there is nothing to tell it under. */
export function trackSubagent(parent: Session, child: { id: string; model: string; source: SubAgentSource }): void {
  const { analytics, clock } = parent.services;
  if (!analytics.wants("subagentThreadStarted")) return;
  const client = analytics.clientOf(parent.id);
  if (client === null) return;
  analytics.track({
    kind: "subagentThreadStarted",
    threadId: child.id,
    parentThreadId: parent.id,
    productClientId: client.productClientId,
    clientName: client.clientInfo.name,
    clientVersion: client.clientInfo.version,
    model: child.model,
    ephemeral: !parent.rollout.persistent,
    source: child.source,
    createdAt: Math.floor(clock.now() / 1000),
    runtime: client.runtime,
  });
}

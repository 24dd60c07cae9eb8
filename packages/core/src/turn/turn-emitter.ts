import type { ThreadItem } from "@codex-ts/protocol";
import type { RolloutItem } from "@codex-ts/thread-store";
import type { NotificationMethod, NotificationParams, ThreadNotification } from "../events/thread-events.ts";
import { itemLines } from "../rollout/projection.ts";
import type { Session } from "../thread/session.ts";

/** Emits what belongs to a turn, and leaves in the session file what belongs there. */
export class TurnEmitter {
  private readonly session: Session;
  readonly turnId: string;

  constructor(session: Session, turnId: string) {
    this.session = session;
    this.turnId = turnId;
  }

  emit<M extends NotificationMethod>(method: M, params: Omit<NotificationParams[M], "threadId" | "turnId">): void {
    const full = { threadId: this.session.id, turnId: this.turnId, ...params };
    // Every notification emitted here names its thread and its turn, which the compiler cannot see through the method's type.
    this.session.bus.emit({ kind: "notification", method, params: full } as unknown as ThreadNotification);
  }

  itemStarted(item: ThreadItem): void {
    this.emit("item/started", { item });
  }

  /** `more`: what the session file keeps of the item beside its own lines. */
  itemCompleted(item: ThreadItem, more: readonly RolloutItem[] = []): void {
    this.emit("item/completed", { item });
    const { id: threadId, config, rollout } = this.session;
    rollout.append([...itemLines(item, { threadId, turnId: this.turnId }, config.showRawReasoning), ...more]);
  }
}

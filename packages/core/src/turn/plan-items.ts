import type { ThreadItem } from "@codex-ts/protocol";
import { ProposedPlanSplitter, splitProposedPlan } from "./proposed-plan.ts";
import type { TurnScope } from "./turn-scope.ts";

type AgentMessage = Extract<ThreadItem, { type: "agentMessage" }>;

/** An assistant message in plan mode: its plan is an item of its own, and the message starts only when there is something to read in it. */
export class PlanModeMessage {
  private readonly turn: TurnScope;
  private readonly id: string;
  private readonly splitter = new ProposedPlanSplitter();
  private messageStarted = false;
  private planStarted = false;
  private blank = "";

  constructor(turn: TurnScope, id: string) {
    this.turn = turn;
    this.id = id;
  }

  delta(delta: string): void {
    for (const { kind, text } of this.splitter.push(delta)) this.tell(kind, text);
  }

  /** Completes both items. Returns the message without its plan. */
  done(item: AgentMessage): string {
    for (const { kind, text } of this.splitter.finish()) this.tell(kind, text);
    const { message, plan } = splitProposedPlan(item.text);
    if (plan !== null) {
      this.startPlan();
      this.turn.itemCompleted({ type: "plan", id: this.planId, text: plan });
    }
    if (message.trim() !== "") {
      if (!this.messageStarted) this.turn.itemStarted({ ...item, text: message });
      this.turn.itemCompleted({ ...item, text: message });
    }
    return message;
  }

  private get planId(): string {
    return `${this.turn.id}-plan`;
  }

  private tell(kind: "message" | "plan", text: string): void {
    if (kind === "plan") {
      this.startPlan();
      if (text !== "") this.turn.emit("item/plan/delta", { itemId: this.planId, delta: text });
      return;
    }
    if (!this.messageStarted) {
      this.blank += text;
      if (this.blank.trim() === "") return;
      this.messageStarted = true;
      this.turn.itemStarted({ type: "agentMessage", id: this.id, text: "", phase: null, memoryCitation: null });
      text = this.blank;
    }
    this.turn.emit("item/agentMessage/delta", { itemId: this.id, delta: text });
  }

  private startPlan(): void {
    if (this.planStarted) return;
    this.planStarted = true;
    this.turn.itemStarted({ type: "plan", id: this.planId, text: "" });
  }
}

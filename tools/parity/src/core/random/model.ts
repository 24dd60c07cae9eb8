import type { RecordedRequest, Reply, ScriptContext, ScriptObject } from "@codex-ts-tools/model-server";
import { COMPACT, type Plan } from "./plan.ts";

/** A model that says what the plan has for the turn that it is asked about. One instance serves one run. */
export class PlannedModel {
  readonly #plan: Plan;
  /** How often the model was asked in each turn. */
  readonly #asked = new Map<number, number>();
  readonly #sessions = new Map<string, number>();
  #turn = 0;
  #summaries = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get script(): ScriptObject {
    return { respond: (request, context) => this.#reply(request, context) };
  }

  /** Whether the model has been asked for the last of what it has to say in this turn. */
  atLast(turn: number): boolean {
    return (this.#asked.get(turn) ?? 0) >= (this.#plan.replies.get(turn)?.length ?? 0);
  }

  #reply(request: RecordedRequest, { n }: ScriptContext): Reply | string {
    if (request.body["generate"] === false) return { id: "warm", items: [] };
    for (const { callId, output } of request.functionOutputs()) {
      const session = /session ID (\d+)/.exec(output)?.[1];
      if (session !== undefined) this.#sessions.set(callId, Number(session));
    }
    const texts = request.userTexts();
    if (texts.at(-1) === COMPACT) return `SUMMARY ${++this.#summaries}`;
    // Where a connection is kept, only what is new is sent, so the number may have been said before.
    for (const text of texts) this.#turn = Math.max(this.#turn, Number(/^turn (\d+)$/.exec(text)?.[1] ?? 0));
    const at = this.#asked.get(this.#turn) ?? 0;
    this.#asked.set(this.#turn, at + 1);
    const planned = this.#plan.replies.get(this.#turn)?.[at] ?? `more ${this.#turn}.${at}`;
    if (typeof planned === "string") return { id: `r${n}`, text: planned };
    return typeof planned === "function" ? planned(id => this.#sessions.get(id) ?? 1) : planned;
  }
}

/** A stretch of an assistant's text in plan mode: what the user reads as the message, or what belongs to the plan. */
export interface PlanSegment {
  kind: "message" | "plan";
  text: string;
}

const OPEN = "<proposed_plan>";
const CLOSE = "</proposed_plan>";

/** Splits a streamed text at the lines that open and close a plan. What may still become such a line is held back. */
export class ProposedPlanSplitter {
  private inside = false;
  private atLineStart = true;
  private held = "";

  /** The segments that are certain now; a plan that opens gives an empty one first. */
  push(delta: string): PlanSegment[] {
    const segments: PlanSegment[] = [];
    for (let rest = delta; rest !== ""; ) {
      const end = rest.indexOf("\n");
      const part = end === -1 ? rest : rest.slice(0, end + 1);
      rest = rest.slice(part.length);
      this.take(part, segments);
    }
    return segments;
  }

  /** The rest, when the text is over. */
  finish(): PlanSegment[] {
    const segments: PlanSegment[] = [];
    if (this.held !== "" && !this.tag(this.held, segments)) this.give(this.held, segments);
    this.held = "";
    return segments;
  }

  /** Takes a line or a part of one. */
  private take(part: string, segments: PlanSegment[]): void {
    if (!this.atLineStart && this.held === "") {
      this.give(part, segments);
      this.atLineStart = part.endsWith("\n");
      return;
    }
    const line = this.held + part;
    const whole = line.endsWith("\n");
    if (!whole && mayBecomeTag(line)) {
      this.held = line;
      this.atLineStart = false;
      return;
    }
    this.held = "";
    this.atLineStart = whole;
    if (!whole || !this.tag(line, segments)) this.give(line, segments);
  }

  /** Handles a line that opens or closes a plan; false for any other. */
  private tag(line: string, segments: PlanSegment[]): boolean {
    const text = line.trim();
    if (!this.inside && text === OPEN) {
      this.inside = true;
      segments.push({ kind: "plan", text: "" });
      return true;
    }
    if (this.inside && text === CLOSE) {
      this.inside = false;
      return true;
    }
    return false;
  }

  private give(text: string, segments: PlanSegment[]): void {
    segments.push({ kind: this.inside ? "plan" : "message", text });
  }
}

/** The message and the plan of a finished text; the last plan counts, null when there is none. */
export function splitProposedPlan(text: string): { message: string; plan: string | null } {
  const splitter = new ProposedPlanSplitter();
  let message = "";
  let plan: string | null = null;
  for (const segment of [...splitter.push(text), ...splitter.finish()]) {
    if (segment.kind === "message") message += segment.text;
    else plan = segment.text === "" ? "" : (plan ?? "") + segment.text;
  }
  return { message, plan };
}

function mayBecomeTag(line: string): boolean {
  const text = line.trimStart();
  return OPEN.startsWith(text.trimEnd()) || CLOSE.startsWith(text.trimEnd());
}

import type { ThreadItem } from "@codex-ts/protocol";
import { changeView, diffView } from "./diff.ts";
import { element } from "./dom.ts";

/** The items of a thread, each drawn anew when it changes. */
export class ItemsView {
  private readonly cards = new Map<string, HTMLElement>();
  /** Items that began and did not end. */
  private readonly open = new Map<string, ThreadItem>();
  /** What streamed in for an item that is not complete. */
  private readonly streamed = new Map<string, string>();
  private diff: HTMLElement | null = null;

  constructor(private readonly place: HTMLElement) {}

  /** An item began or ended. */
  show(item: ThreadItem): void {
    const status = "status" in item ? String(item.status) : "";
    if (status === "inProgress") this.open.set(item.id, item);
    else this.open.delete(item.id);
    this.draw(item, status);
  }

  private draw(item: ThreadItem, status: string): void {
    const card = this.card(item.id, item.type);
    card.className = `item ${item.type} ${status}`;
    card.replaceChildren(element("h2", {}, titleOf(item), element("span", {}, status)), ...this.bodyOf(item));
    this.follow();
  }

  /** More text of an item that is under way. */
  grow(itemId: string, text: string): void {
    const whole = (this.streamed.get(itemId) ?? "") + text;
    this.streamed.set(itemId, whole);
    const body = this.cards.get(itemId)?.querySelector(".body, .output");
    if (body) body.textContent = whole;
    this.follow();
  }

  /** What the turn changed so far. */
  showDiff(diff: string): void {
    this.diff?.remove();
    this.diff = element("details", { class: "item turnDiff" }, element("summary", {}, "All changes"), diffView(diff));
    this.place.append(this.diff);
    this.follow();
  }

  /** What did not end with its turn was stopped with it: nothing more is told of it. */
  endTurn(): void {
    for (const item of this.open.values()) this.draw(item, "stopped");
    this.open.clear();
    this.diff = null;
    this.streamed.clear();
  }

  say(text: string, kind: "note" | "error"): void {
    this.place.append(element("div", { class: `item ${kind}` }, text));
    this.follow();
  }

  private card(id: string, type: string): HTMLElement {
    let card = this.cards.get(id);
    if (card === undefined) {
      card = element("section", { class: `item ${type}` });
      this.cards.set(id, card);
      this.place.append(card);
    }
    return card;
  }

  private bodyOf(item: ThreadItem): HTMLElement[] {
    switch (item.type) {
      case "userMessage":
        return [element("div", { class: "body" }, item.content.map(part => textOf(part)).join(""))];
      case "agentMessage":
      case "plan":
        return [element("div", { class: "body" }, item.text || (this.streamed.get(item.id) ?? ""))];
      case "reasoning":
        return [element("div", { class: "body" }, item.summary.join("\n\n"))];
      case "commandExecution": {
        const output = item.aggregatedOutput ?? this.streamed.get(item.id) ?? "";
        return [element("pre", {}, `$ ${item.command}`), element("pre", { class: "output" }, output)];
      }
      case "fileChange":
        return item.changes.map(changeView);
      default:
        return [element("div", { class: "body" }, "")];
    }
  }

  /** Keeps the newest in sight. */
  private follow(): void {
    this.place.scrollTop = this.place.scrollHeight;
  }
}

function titleOf(item: ThreadItem): string {
  switch (item.type) {
    case "userMessage":
      return "You";
    case "agentMessage":
      return "Agent";
    case "reasoning":
      return "Thinking";
    case "commandExecution":
      return item.exitCode === null ? "Command" : `Command, exit code ${item.exitCode}`;
    case "fileChange":
      return "Files";
    case "mcpToolCall":
      return `Tool ${item.tool} of ${item.server}`;
    default:
      return item.type;
  }
}

function textOf(part: Extract<ThreadItem, { type: "userMessage" }>["content"][number]): string {
  return part.type === "text" ? part.text : `[${part.type}]`;
}

import type { ThreadItem, Turn, UserInput } from "@codex-ts/protocol";

/**
 * The turn that runs now, for a client that joins in the middle of it: what a record shows once it is written, and beside that
 * the tools, which most records leave out, as they stand. What is said has numbers in place of the ids that it was streamed
 * under, from `item-1` in each turn.
 */
export class ActiveTurn {
  private readonly items: ThreadItem[] = [];
  private said = 0;

  constructor(private readonly begun: Turn) {}

  get turn(): Turn {
    return { ...this.begun, items: [...this.items] };
  }

  started(item: ThreadItem): void {
    if (!isSaid(item)) this.put(item);
  }

  completed(item: ThreadItem): void {
    if (!isSaid(item)) this.put(item);
    else if (item.type === "reasoning") this.think(item);
    else this.items.push({ ...shown(item), id: this.nextId() });
  }

  private put(item: ThreadItem): void {
    const at = this.items.findIndex(known => known.id === item.id && known.type === item.type);
    if (at === -1) this.items.push(item);
    else this.items[at] = item;
  }

  /** Thoughts in a row are one item. */
  private think(item: ThreadItem & { type: "reasoning" }): void {
    if (item.summary.length + item.content.length === 0) return;
    const last = this.items.at(-1);
    if (last?.type !== "reasoning") this.items.push({ ...item, id: this.nextId() });
    else {
      const summary = [...last.summary, ...item.summary];
      this.items[this.items.length - 1] = { ...last, summary, content: [...last.content, ...item.content] };
    }
  }

  private nextId(): string {
    return `item-${++this.said}`;
  }
}

/** Whether an item is shown when it is complete, and under a number. */
function isSaid({ type }: ThreadItem): boolean {
  return (
    type === "userMessage" ||
    type === "agentMessage" ||
    type === "reasoning" ||
    type === "contextCompaction" ||
    type === "enteredReviewMode" ||
    type === "exitedReviewMode"
  );
}

/** What a person said as records keep it: one text, then images. */
function shown(item: ThreadItem): ThreadItem {
  if (item.type !== "userMessage") return item;
  const texts = item.content.filter(part => part.type === "text");
  const content: UserInput[] = [
    ...item.content.filter(part => part.type === "image"),
    ...item.content.filter(part => part.type === "localImage"),
  ];
  const text = texts.map(part => part.text).join("");
  // Places are counted through the one text.
  let before = 0;
  const elements = texts.flatMap(part => {
    const shift = before;
    before += Buffer.byteLength(part.text);
    return part.text_elements.map(({ byteRange, ...rest }) => ({
      ...rest,
      byteRange: { start: byteRange.start + shift, end: byteRange.end + shift },
    }));
  });
  if (text !== "") content.unshift({ type: "text", text, text_elements: elements });
  return { ...item, content };
}

import type { ResponseItem } from "@codex-ts/protocol/models";

/** What one call tells the model beside its output. */
export interface Remark {
  /** Something may come: no output of the response is recorded before it is told, or known not to come. */
  mayCome(): void;
  /** Null: nothing comes any more. Only the first one counts. */
  tell(item: ResponseItem | null): void;
}

/**
 * What the calls of one response tell the model beside their outputs. It stands behind everything that the model says in that response, and
 * before the outputs, however quick the calls or the model are.
 */
export class Remarks {
  private readonly record: (items: readonly ResponseItem[]) => void;
  private readonly expected: Promise<void>[] = [];
  /** What was told while the model was still speaking; null: it has ended. */
  private held: ResponseItem[] | null = [];

  constructor(record: (items: readonly ResponseItem[]) => void) {
    this.record = record;
  }

  ofCall(): Remark {
    let settle = () => {};
    const settled = new Promise<void>(resolve => (settle = resolve));
    let told = false;
    return {
      mayCome: () => void this.expected.push(settled),
      tell: item => {
        if (told) return;
        told = true;
        if (item !== null) this.add(item);
        settle();
      },
    };
  }

  /** The model has ended: records what it was told meanwhile, and waits for what may still come. */
  async recordAll(): Promise<void> {
    this.record(this.held ?? []);
    this.held = null;
    await Promise.all(this.expected);
  }

  private add(item: ResponseItem): void {
    if (this.held === null) this.record([item]);
    else this.held.push(item);
  }
}

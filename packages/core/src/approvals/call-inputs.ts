/** A hook replaced the input of a call while it was asked about it: the call begins anew, with the new input. */
export class InputReplaced extends Error {
  readonly input: unknown;

  constructor(input: unknown) {
    super("the input was replaced by a hook");
    this.name = "InputReplaced";
    this.input = input;
  }
}

/** Says what is wrong with a new input for a call; null when it can be used. */
export type InputCheck = (input: unknown) => string | null;

interface OpenCall {
  check: InputCheck;
  replaced: boolean;
}

/** The calls of a turn whose input hooks may replace. An input is replaced once; after that hooks are not asked about the call again. */
export class CallInputs {
  private readonly open = new Map<string, OpenCall>();

  begin(callId: string, check: InputCheck): void {
    this.open.set(callId, { check, replaced: false });
  }

  end(callId: string): void {
    this.open.delete(callId);
  }

  /** Null: this call's input cannot be replaced. */
  checkOf(callId: string): InputCheck | null {
    return this.open.get(callId)?.check ?? null;
  }

  markReplaced(callId: string): void {
    const call = this.open.get(callId);
    if (call !== undefined) call.replaced = true;
  }

  wasReplaced(callId: string | null): boolean {
    return callId !== null && (this.open.get(callId)?.replaced ?? false);
  }
}

/** A step into a value: a member's name or a list's index. */
export type PathStep = string | number;

/**
 * A value that does not have the shape it should have. `message` is the text peers show (`missing field \`model\``);
 * `path` tells where, from the outermost value inwards.
 */
export class DecodeError extends Error {
  readonly code = "decode";
  readonly path: readonly PathStep[];

  constructor(message: string, path: readonly PathStep[] = []) {
    super(message);
    this.name = "DecodeError";
    this.path = path;
  }

  /** The path as text: `input[0].text`. Empty for the outermost value. */
  get pathText(): string {
    return this.path
      .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
      .join("");
  }
}

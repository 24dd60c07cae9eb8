import { Fault } from "./fault.ts";
import type { Token, TokenKind } from "./lexer.ts";
import type { Span } from "./source.ts";

/** The tokens of a file, with the few questions a parser asks. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #index = 0;
  #complaint: Fault | null = null;
  #soon: Fault | null = null;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /**
   * Notes something that is written as the grammar wants it and still wrong. What the grammar does not allow goes first,
   * wherever it stands, so this is thrown at the end (`finish`).
   */
  complain(message: string, span: Span): void {
    this.#complaint ??= new Fault(message, span);
  }

  /** As `complain`, but what the grammar does not allow goes first only within the same statement. */
  complainSoon(message: string, span: Span): void {
    this.#soon ??= new Fault(message, span);
  }

  /** Throws what is wrong with the statement that ends here. */
  finishStatement(): void {
    if (this.#soon !== null) throw this.#soon;
  }

  /** Throws the first complaint, if there is one. */
  finish(): void {
    if (this.#complaint !== null) throw this.#complaint;
  }

  get current(): Token {
    const token = this.#tokens[this.#index] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Fault("Parse error: nothing to read", { start: 0, end: 0 });
    if (token.kind === "error") throw new Fault(token.text, token);
    return token;
  }

  /** The end of the token before the current one. */
  get lastEnd(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  /** True when the current token is this symbol or keyword. */
  is(text: string): boolean {
    const token = this.current;
    return (token.kind === "symbol" || token.kind === "keyword") && token.text === text;
  }

  isKind(kind: TokenKind): boolean {
    return this.current.kind === kind;
  }

  /** Takes the current token. */
  take(): Token {
    const token = this.current;
    this.#index += 1;
    return token;
  }

  /** Takes the current token when it is this symbol or keyword. */
  accept(text: string): Token | null {
    return this.is(text) ? this.take() : null;
  }

  /** Takes this symbol or keyword, or fails; `others` names what else could stand here. */
  expect(text: string, others: readonly string[] = []): Token {
    return this.accept(text) ?? this.fail([`"${text}"`, ...others]);
  }

  /** Takes a token of this kind, or fails. */
  expectKind(kind: TokenKind): Token {
    return this.isKind(kind) ? this.take() : this.fail([kind === "newline" ? '"\\n"' : `"${kind.toUpperCase()}"`]);
  }

  /** Fails at the current token. */
  fail(expected: readonly string[]): never {
    const token = this.current;
    const list = [...expected].sort();
    const last = list.pop() ?? "";
    const wanted = list.length === 0 ? last : `${list.join(", ")} or ${last}`;
    throw new Fault(`Parse error: unexpected ${describe(token)}, expected one of ${wanted}`, spanOf(token));
  }
}

function spanOf(token: Token): Span {
  return token.kind === "dedent" ? { start: token.start, end: token.start } : { start: token.start, end: token.end };
}

function describe(token: Token): string {
  switch (token.kind) {
    case "newline":
      return "new line here";
    case "indent":
      return "new indentation block here";
    case "dedent":
      return "end of indentation block here";
    case "eof":
      return "end of file";
    case "identifier":
      return `identifier '${token.text}' here`;
    case "keyword":
      return `keyword '${token.text}' here`;
    case "int":
      return `integer literal '${token.text}' here`;
    case "float":
      return `float literal '${Number(token.text)}' here`;
    case "string":
      return `string literal ${JSON.stringify(token.text)} here`;
    case "fstring":
      return `f-string ${JSON.stringify(token.text)} here`;
    default:
      return `symbol '${token.text}' here`;
  }
}

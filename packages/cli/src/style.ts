/** Paints text for a terminal, or leaves it as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  italic(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
}

const paint = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const plain = (text: string): string => text;

/** @param enabled whether escape codes may be written */
export function createStyle(enabled: boolean): Style {
  const make = (open: number, close: number) => (enabled ? paint(open, close) : plain);
  return {
    bold: make(1, 22),
    dim: make(2, 22),
    italic: make(3, 23),
    red: make(31, 39),
    green: make(32, 39),
    yellow: make(33, 39),
    cyan: make(36, 39),
    magenta: make(35, 39),
  };
}

/** `--color`: `auto` colours only a terminal that did not ask for plain text (NO_COLOR, TERM=dumb). */
export function wantsColor(
  choice: "always" | "never" | "auto",
  stream: { isTTY?: boolean | undefined },
  env: Record<string, string | undefined>,
): boolean {
  if (choice !== "auto") return choice === "always";
  return stream.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

export function processorTime(): number;
export function leastTime(limitMs: number, run: () => void): number;
export function fuzzTargets(options: {
  targets: Readonly<Record<string, () => void>>;
  count: number;
  limitMs: number;
  isOwnError: (error: unknown) => boolean;
  pick: (names: readonly string[]) => string;
  readState: () => number;
  writeState: (state: number) => void;
}): void;

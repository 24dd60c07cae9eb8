import { getSystemErrorMap } from "node:util";
import { osErrorWords } from "@codex-ts/protocol/os-errors";

/** The system's own words about a failed operation, as `No such file or directory (os error 2)`. */
export function ioErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, errno } = error as NodeJS.ErrnoException;
  if (code === undefined || errno === undefined) return error.message;
  return `${systemWords(code, errno)} (os error ${Math.abs(errno)})`;
}

/** What the system calls an error, as `No such file or directory`. */
export function systemWords(code: string, errno: number): string {
  return osErrorWords(code) ?? getSystemErrorMap().get(errno)?.[1] ?? code;
}

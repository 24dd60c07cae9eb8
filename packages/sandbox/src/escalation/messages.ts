import path from "node:path";

/** A program that an intercepted shell wants to run. */
export interface InterceptedExec {
  /** Absolute path. */
  file: string;
  /** With the name it is called by. */
  argv: readonly string[];
  workdir: string;
  env: Readonly<Record<string, string>>;
}

/** Reads what a wrapper asks; null: it cannot be understood, so nothing may run. */
export function readRequest(text: string): InterceptedExec | null {
  const value = parsed(text);
  if (value === null) return null;
  const { file, argv, workdir, env } = value;
  if (typeof file !== "string" || file === "" || typeof workdir !== "string" || !path.isAbsolute(workdir)) return null;
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every(word => typeof word === "string")) return null;
  if (typeof env !== "object" || env === null || !Object.values(env).every(word => typeof word === "string"))
    return null;
  return { file: path.resolve(workdir, file), argv, workdir, env: { ...env } as Record<string, string> };
}

/** The standard streams that a wrapper hands over, by their numbers; null when what it says does not fit what it sent. */
export function readDescriptors(text: string, fds: readonly number[]): readonly [number, number, number] | null {
  const numbers: unknown = parsed(text)?.["fds"];
  if (!Array.isArray(numbers) || numbers.length !== fds.length || numbers.length !== 3) return null;
  const at = (wanted: number) => fds[numbers.indexOf(wanted)];
  const [stdin, stdout, stderr] = [at(0), at(1), at(2)];
  return stdin === undefined || stdout === undefined || stderr === undefined ? null : [stdin, stdout, stderr];
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

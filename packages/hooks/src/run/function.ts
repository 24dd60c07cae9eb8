import type { HandlerResult } from "../events/judgement.ts";
import type { FunctionHandler } from "../handler.ts";
import { errorText } from "../text.ts";

const LONGEST_TIMER_MS = 0x7fffffff;

export interface FunctionRun {
  readonly input: Readonly<Record<string, unknown>>;
  readonly timeoutSec: number;
  readonly signal: AbortSignal | undefined;
}

/** Runs a function as if it were a command: what it returns is what a command prints. It never throws. */
export async function runFunction(handler: FunctionHandler, run: FunctionRun): Promise<HandlerResult> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const ended = new Promise<string>(resolve => {
    const { timeoutSec } = run;
    timer = setTimeout(
      () => resolve(`hook timed out after ${timeoutSec}s`),
      Math.min(timeoutSec * 1000, LONGEST_TIMER_MS),
    );
    onAbort = () => resolve("hook was stopped with its turn");
    if (run.signal?.aborted) onAbort();
    else run.signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    const answer = Promise.resolve()
      .then(() => handler.run(structuredClone(run.input), { signal: controller.signal }))
      .then(value => result(value === undefined || value === null ? "" : printed(value)));
    return await Promise.race([answer, ended.then(error => result("", error))]);
  } catch (error) {
    return result("", `hook failed: ${errorText(error)}`);
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener("abort", onAbort);
    controller.abort();
  }
}

function printed(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function result(stdout: string, error: string | null = null): HandlerResult {
  return { exitCode: error === null ? 0 : null, stdout, stderr: "", error, notes: [] };
}

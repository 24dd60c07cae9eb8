import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { WrappedCommand } from "@codex-ts/sandbox";

/** Runs a prepared command on this process's own standard streams and waits for its end. */
export async function inherit(
  wrapped: WrappedCommand,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const inputs = wrapped.inputs.map(file => openSync(file, "r"));
  try {
    const child = spawn(wrapped.file, wrapped.args, {
      cwd: wrapped.cwd,
      env: wrapped.env,
      stdio: ["inherit", "inherit", "inherit", ...inputs],
      ...(wrapped.arg0 === undefined ? {} : { argv0: wrapped.arg0 }),
    });
    // The command decides what Ctrl-C means: it gets the signal from the terminal, and we report how it ended.
    const ignore = (): void => {};
    process.on("SIGINT", ignore);
    const forward = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on("SIGTERM", forward);
    try {
      return await new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code, signal) => resolve({ code, signal }));
      });
    } finally {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
    }
  } finally {
    for (const input of inputs) closeSync(input);
  }
}

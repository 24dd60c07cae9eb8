import { probeMachine } from "./commands/probe-machine.ts";
import { sandboxCommand } from "./commands/sandbox.ts";
import { renderFailure } from "./errors.ts";
import { write } from "./io.ts";
import type { QuickSandbox } from "./quick.ts";

/**
 * Runs a `sandbox linux` call and ends this process as the command has ended. The root of a bundle of its own
 * (`quick-sandbox.js`): what other programs start for every command they run must not wait for code that it does not need.
 */
export async function runQuickSandbox({ words, options }: QuickSandbox): Promise<never> {
  let stderr: NodeJS.WriteStream | null = null;
  const io = {
    env: process.env,
    cwd: process.cwd(),
    // Opened when there is something to say: that takes time.
    get stderr() {
      // A reader that goes away is not an error worth a stack trace.
      stderr ??= process.stderr.on("error", () => undefined);
      return stderr;
    },
  };
  let exitCode: number;
  try {
    // The machine is tried out while the configuration is read.
    probeMachine(io);
    exitCode = await sandboxCommand("linux", words, options, [{}], io);
  } catch (error) {
    const failure = renderFailure(error);
    write(io.stderr, failure.text);
    exitCode = failure.exitCode;
  }
  await written(stderr);
  process.exit(exitCode);
}

/** Resolves when what was written got out. */
async function written(stream: NodeJS.WritableStream | null): Promise<void> {
  if (stream !== null) await new Promise(done => stream.write("", done));
}

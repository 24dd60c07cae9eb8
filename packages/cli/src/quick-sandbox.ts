import { probeMachine } from "./commands/probe-machine.ts";
import { sandboxCommand } from "./commands/sandbox.ts";
import type { CommandIo } from "./io.ts";
import type { QuickSandbox } from "./quick.ts";

/**
 * Runs a `sandbox linux` call. The root of a bundle of its own (`quick-sandbox.cjs`): what other programs start for every
 * command they run must not wait for code that it does not need.
 */
export async function runQuickSandbox({ words, options }: QuickSandbox, io: CommandIo): Promise<number> {
  // The machine is tried out while the configuration is read.
  probeMachine(io);
  return await sandboxCommand("linux", words, options, [{}], io);
}

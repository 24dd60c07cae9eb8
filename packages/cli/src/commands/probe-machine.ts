import { machineFacts } from "@codex-ts/sandbox";
import type { CommandIo } from "../io.ts";

/** Starts to find out what the machine can do; who asks later waits for the same answer. */
export function probeMachine({ env, cwd }: Pick<CommandIo, "env" | "cwd">): void {
  void machineFacts({ path: env["PATH"] ?? "", cwd }).catch(() => undefined);
}

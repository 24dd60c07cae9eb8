import type { EscalationExecution } from "@codex-ts/permissions";
import type { SandboxedProcess } from "@codex-ts/sandbox";
import type { TurnScope } from "../turn/turn-scope.ts";
import { attemptProfile } from "./attempt.ts";
import { commandEnvironment } from "./environment.ts";
import type { NetworkCall } from "../network/approvals.ts";
import { sandboxHost } from "./sandbox-host.ts";

export interface SpawnRequest {
  argv: string[];
  cwd: string;
  execution: EscalationExecution;
  tty: { cols: number; rows: number } | false;
  /** Added below the person's own environment policy. */
  extraEnv: Readonly<Record<string, string>>;
  /** Whose connections those of the process are. */
  networkCall: Omit<NetworkCall, "turn">;
}

/** Starts a process inside the turn's permissions, or (after approval) as the user. */
export async function spawnForTurn(turn: TurnScope, request: SpawnRequest): Promise<SandboxedProcess> {
  const { spawnSandboxed } = await import("@codex-ts/sandbox");
  const { session, context } = turn;
  const profile = attemptProfile(request.execution, context.settings.permissions);
  const env = { ...request.extraEnv, ...commandEnvironment(session) };
  const access = session.network?.access({ ...request.networkCall, turn }, profile, env);
  try {
    const process = await spawnSandboxed({
      argv: request.argv,
      cwd: request.cwd,
      policyCwd: context.settings.cwd,
      env: access?.env ?? env,
      profile,
      ...sandboxHost(session, access?.network),
      tty: request.tty,
      stdin: request.tty === false ? "null" : "pipe",
      onRefusal: "end",
    });
    // The process may open connections as long as it lives, also when the call has been answered.
    if (access !== undefined) void process.exited.then(access.forget);
    return process;
  } catch (error) {
    access?.forget();
    throw error;
  }
}

import type { EscalationExecution } from "@codex-ts/permissions";
import type { SandboxedProcess } from "@codex-ts/sandbox";
import type { TurnScope } from "../turn/turn-scope.ts";
import { attemptProfile } from "./attempt.ts";
import { commandEnvironment } from "./environment.ts";
import { sandboxHost } from "./sandbox-host.ts";

export interface SpawnRequest {
  argv: string[];
  cwd: string;
  execution: EscalationExecution;
  tty: { cols: number; rows: number } | false;
  /** Added below the person's own environment policy. */
  extraEnv: Readonly<Record<string, string>>;
}

/** Starts a process inside the turn's permissions, or (after approval) as the user. */
export async function spawnForTurn(turn: TurnScope, request: SpawnRequest): Promise<SandboxedProcess> {
  const { spawnSandboxed } = await import("@codex-ts/sandbox");
  const { session, context } = turn;
  return spawnSandboxed({
    argv: request.argv,
    cwd: request.cwd,
    policyCwd: context.settings.cwd,
    env: { ...request.extraEnv, ...commandEnvironment(session) },
    profile: attemptProfile(request.execution, context.settings.permissions),
    ...sandboxHost(session),
    tty: request.tty,
    stdin: request.tty === false ? "null" : "pipe",
  });
}

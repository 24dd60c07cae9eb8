import {
  type EscalationExecution,
  escalationRuntime,
  type PermissionProfile,
  profileFromRuntime,
  profileToRuntime,
} from "@codex-ts/permissions";

/**
 * The permissions an attempt runs with; null: no sandbox. `turn-default` is resolved here, at the last moment, and an approved widening is
 * laid over the turn's own permissions, never over anything wider.
 */
export function attemptProfile(execution: EscalationExecution, turn: PermissionProfile): PermissionProfile | null {
  if (execution.kind === "turn-default") return turn;
  const runtime = escalationRuntime(execution, profileToRuntime(turn));
  if (runtime === null) return null;
  // Without a sandbox of ours there is nothing to widen.
  const widens = execution.kind === "permissions" && execution.permissions.kind === "additional";
  if (turn.type === "disabled" && widens) return turn;
  return profileFromRuntime(runtime.fileSystem, runtime.network);
}

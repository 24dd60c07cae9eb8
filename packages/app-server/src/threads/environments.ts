import type { TurnEnvironmentParams } from "@codex-ts/protocol";
import { invalidRequest } from "../errors.ts";

/** The machine that the server runs on. */
const LOCAL = "local";

/** Checks where a turn is to work: this server knows no machine but its own. @throws RpcError */
export function checkEnvironments(environments: readonly TurnEnvironmentParams[] | null | undefined): void {
  for (const { environmentId } of environments ?? []) {
    if (environmentId !== LOCAL) throw invalidRequest(`unknown turn environment id \`${environmentId}\``);
  }
}

import type { PatchItem } from "../items/patch-item.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { readPatchDecision } from "./client-decision.ts";
import { DENIED_BY_USER, type Decision } from "./decision.ts";

/** Asks the person whether a patch may be applied. The changes are on the client's screen before the question. */
export async function askAboutPatch(
  turn: TurnScope,
  item: PatchItem,
  callId: string,
  reason: string | null,
): Promise<Decision> {
  item.start();
  const answer = await turn.ask("item/fileChange/requestApproval", { itemId: callId, reason, grantRoot: null });
  if (answer.type === "closed") return { type: "abort" };
  const decision: Decision =
    answer.type === "error"
      ? { type: "denied", reason: DENIED_BY_USER, by: "person" }
      : readPatchDecision(answer.value);
  if (decision.type === "denied" || decision.type === "abort")
    item.complete(answer.type === "error" ? "failed" : "declined");
  return decision;
}

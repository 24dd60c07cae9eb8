import type { Json } from "@codex-ts-tools/model-server";
import type { View } from "../../drive/scenario.ts";
import { appServerView } from "../view.ts";

/** Told when the disk or a search has something new, in pieces that no two runs share. */
const AT_ANY_MOMENT = /^(fs\/changed|fuzzyFileSearch\/session|command\/exec|windowsSandbox)/;

/** What a generated sequence comes to: every answer, and what was told, by thread. */
export const randomView: View = recording => {
  const view = appServerView(recording) as Json & { told: Json[] };
  return { ...view, told: view.told.filter(({ method }) => !AT_ANY_MOMENT.test(String(method))) };
};

import type { ReviewTarget, UserInput } from "@codex-ts/protocol";
import type { TraceContext } from "@codex-ts/telemetry";
import type { JsonValue } from "../tools/parameters.ts";
import type { SettingsOverrides } from "./settings.ts";

export interface UserTurn {
  type: "userTurn";
  input: UserInput[];
  /** Settings to change, for this turn and all later ones. */
  overrides?: SettingsOverrides;
  /** Schema of the last message, for this turn only. */
  outputSchema?: JsonValue | null;
  /** Pairs for the turn metadata header of the model requests. */
  clientMetadata?: Record<string, string>;
  /** The trace that it is asked for in. */
  trace?: TraceContext | null;
}

/** What a thread can be told to do. Submissions are handled strictly one after another; a turn runs beside them. */
export type Submission =
  | UserTurn
  | { type: "overrideSettings"; overrides: SettingsOverrides }
  | { type: "interrupt" }
  | { type: "compact" }
  /** A reviewer looks at the target; its result joins the conversation. */
  | { type: "review"; target: ReviewTarget }
  /** A command that the person typed: runs with their own rights, in the running turn or as a turn of its own. */
  | { type: "userShell"; command: string }
  | { type: "cleanBackgroundTerminals" };

import type { JsonValue } from "../tools/parameters.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import type { ModelProfile } from "../thread/model-profile.ts";
import type { ThreadSettings } from "../thread/settings.ts";

/** What holds for one turn from start to end: the settings as they were when it started, and what follows from them. */
export interface TurnContext {
  turnId: string;
  settings: ThreadSettings;
  model: ModelProfile;
  /** Usable window of the model, tokens. */
  contextWindow: number | null;
  /** How tool outputs are cut. */
  outputPolicy: TruncationPolicy;
  /** Local date, `YYYY-MM-DD`. */
  currentDate: string;
  timezone: string;
  /** JSON schema of the last message, for this turn only. */
  outputSchema: JsonValue | null;
  /** Pairs the client wants in the turn metadata header. */
  clientMetadata: Readonly<Record<string, string>>;
}

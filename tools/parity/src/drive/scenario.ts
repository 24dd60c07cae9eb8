import type { Drive, Recording, Stage } from "./drive.ts";

/** Something that both programs do on a stage of their own. */
export interface Scenario extends Stage {
  /** A sentence; also the key of the allow-list. */
  readonly name: string;
  readonly play: (drive: Drive) => Promise<void>;
}

/** A difference that is meant. */
export interface Allowed {
  /** Scenarios it may appear in; default: all. */
  readonly scenario?: RegExp;
  /** Where. */
  readonly path: RegExp;
  /** Only when ours (as JSON) is like this. */
  readonly ours?: RegExp;
  /** Only when the reference's (as JSON) is like this. */
  readonly reference?: RegExp;
  /** Why it is right as it is. */
  readonly reason: string;
}

/** What of a recording is compared: a plain value, made of a recording with its own names. */
export type View = (recording: Recording) => unknown;

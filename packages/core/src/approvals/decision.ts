import type { AmendmentScope } from "@codex-ts/execpolicy";

/** What became of a question, however it was answered: by a hook, by a reviewer or by a person. */
export type Decision =
  /** `by`: somebody else than the person. */
  | { type: "approved"; by?: "hook" | "reviewer" }
  | { type: "approvedForSession" }
  /** Approved, and commands that start like this are to be allowed from now on: for this person (default), or for the project. */
  | { type: "approvedWithAmendment"; prefix: string[]; scope?: AmendmentScope }
  /** What is to hold for a host from now on, beside the answer itself. */
  | { type: "networkAmendment"; host: string; action: "allow" | "deny" }
  /** Refused; the turn goes on and the model reads the reason. */
  | { type: "denied"; reason: string; by: "person" | "hook" | "reviewer"; timedOut?: boolean }
  /** Refused, and the turn ends. */
  | { type: "abort" };

export const DENIED_BY_USER = "rejected by user";

/** A call that must not run. The reason is what the model reads. */
export class Rejected extends Error {
  /** A person said no; tools have words of their own for that. Otherwise a rule, a hook or the reviewer decided. */
  readonly byPerson: boolean;

  constructor(reason: string, byPerson: boolean) {
    super(reason);
    this.name = "Rejected";
    this.byPerson = byPerson;
  }
}

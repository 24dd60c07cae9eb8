import {
  type AdditionalPermissionProfile,
  type PermissionGrant,
  storeGrant,
  type StoredGrants,
} from "@codex-ts/permissions";
import type { Session } from "../thread/session.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** Permissions that were granted beyond a thread's own, and how long they last. Nothing of it is written down. */
export class PermissionGrants {
  private granted: AdditionalPermissionProfile | null = null;

  get permissions(): AdditionalPermissionProfile | null {
    return this.granted;
  }

  add(permissions: AdditionalPermissionProfile): void {
    this.granted = storeGrant({ session: this.granted, turn: null }, permissions, "session").session;
  }
}

/** What was granted for one turn, and whether its calls are reviewed one by one because of that. */
export class TurnGrants extends PermissionGrants {
  strictAutoReview = false;
}

/** What holds for a call of this turn. */
export function grantsOf(turn: { session: Pick<Session, "grants">; grants: PermissionGrants }): StoredGrants {
  return { session: turn.session.grants.permissions, turn: turn.grants.permissions };
}

/** Puts a grant where its scope says: into the turn that asked, or into the session. */
export function recordGrant(turn: TurnScope, grant: PermissionGrant): void {
  if (grant.scope === "session") turn.session.grants.add(grant.permissions);
  else turn.grants.add(grant.permissions);
  if (grant.strictAutoReview) turn.grants.strictAutoReview = true;
}

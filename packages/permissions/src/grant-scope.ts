import type { PermissionContext } from "./context.ts";
import { intersect } from "./grants.ts";
import { isEmptyOverlay, merge } from "./overlay.ts";
import { dedupEntries } from "./policy.ts";
import type { AdditionalPermissionProfile, PermissionGrantScope, SandboxPermissions } from "./types.ts";

/** What was granted so far, and how long each part lasts (section 9.4). Null = nothing. */
export interface StoredGrants {
  session: AdditionalPermissionProfile | null;
  turn: AdditionalPermissionProfile | null;
}

/** Adds a grant to its scope. An empty grant is not stored. */
export function storeGrant(
  stored: StoredGrants,
  grant: AdditionalPermissionProfile,
  scope: PermissionGrantScope,
): StoredGrants {
  return isEmptyOverlay(grant) ? stored : { ...stored, [scope]: merge(stored[scope], grant) };
}

export interface CallPermissions {
  /** The mode after stored grants were counted in. */
  mode: SandboxPermissions;
  /** The overlay the call runs with, or null for none. */
  effective: AdditionalPermissionProfile | null;
  /** True when everything the call has was granted before: no prompt and no feature check. */
  preapproved: boolean;
}

/** What a shell-like or patch call runs with once stored grants are counted in (section 9.4). */
export function permissionsOfCall(
  call: { mode: SandboxPermissions; additional: AdditionalPermissionProfile | null },
  stored: StoredGrants,
  ctx: PermissionContext,
): CallPermissions {
  if (call.mode === "require_escalated") return { mode: call.mode, effective: call.additional, preapproved: false };
  const granted = merge(stored.session, stored.turn);
  const effective = merge(call.additional, granted);
  if (effective === null) return { mode: call.mode, effective: null, preapproved: false };
  const preapproved =
    granted !== null && sameOverlay(intersect(effective, granted, ctx), intersect(effective, effective, ctx));
  return { mode: "with_additional_permissions", effective, preapproved };
}

/** Equality of overlays, whatever the order of their entries. */
function sameOverlay(left: AdditionalPermissionProfile, right: AdditionalPermissionProfile): boolean {
  const a = left.file_system;
  const b = right.file_system;
  if (left.network?.enabled !== right.network?.enabled) return false;
  if (a === null || b === null) return a === b;
  const together = dedupEntries(a.entries, b.entries).length;
  return (
    a.glob_scan_max_depth === b.glob_scan_max_depth && a.entries.length === together && b.entries.length === together
  );
}

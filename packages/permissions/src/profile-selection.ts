import { PermissionsError } from "./errors.ts";

/** What one configuration layer says about permissions. */
export interface PermissionLayer {
  sandboxMode?: string;
  defaultPermissions?: string;
}

export interface PermissionSelectionInput {
  /** True when a `sandbox_mode` came with the call itself or from the selected configuration profile. */
  sandboxModeOverride: boolean;
  /** The layers, lowest precedence first. */
  layers: readonly PermissionLayer[];
  /** The names of the effective `[permissions]` table, or null when there is no such table. */
  profileNames: readonly string[] | null;
}

/** Which syntax holds: the legacy settings, or the named profile. */
export type PermissionSelection = { syntax: "legacy" } | { syntax: "profile"; name: string };

/**
 * Decides between legacy settings and permission profiles (section 4.1). Within one layer `default_permissions` beats
 * `sandbox_mode`; between layers the higher one wins.
 * @throws PermissionsError `invalid_profile` when profiles hold and their tables do not fit
 */
export function selectPermissions(input: PermissionSelectionInput): PermissionSelection {
  if (input.sandboxModeOverride) return { syntax: "legacy" };
  let selected: PermissionSelection | null = null;
  for (const layer of input.layers) {
    if (layer.sandboxMode !== undefined) selected = { syntax: "legacy" };
    if (layer.defaultPermissions !== undefined) selected = { syntax: "profile", name: layer.defaultPermissions };
  }
  const names = input.profileNames;
  if (selected === null) {
    if (names !== null && names.length > 0) {
      throw new PermissionsError(
        "invalid_profile",
        "config defines `[permissions]` profiles but does not set `default_permissions`",
      );
    }
    return { syntax: "legacy" };
  }
  if (selected.syntax === "profile") {
    if (names === null) {
      throw new PermissionsError("invalid_profile", "default_permissions requires a `[permissions]` table");
    }
    if (!names.includes(selected.name)) {
      throw new PermissionsError(
        "invalid_profile",
        `default_permissions refers to undefined profile \`${selected.name}\``,
      );
    }
  }
  return selected;
}

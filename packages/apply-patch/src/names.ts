/** The names under which a program behaves as `apply_patch`. */
export const APPLY_PATCH_NAMES: readonly string[] = ["apply_patch", "applypatch"];

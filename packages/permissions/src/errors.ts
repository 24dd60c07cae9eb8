export type PermissionsErrorCode =
  /** A path that must be absolute is not. */
  | "relative_path"
  /** A value from the wire or a file does not have the shape it must have. */
  | "invalid_shape"
  /** The profile of the configuration cannot be compiled. */
  | "invalid_profile"
  /** The profile says something the legacy `SandboxPolicy` cannot say. */
  | "no_legacy_projection"
  /** A request for additional permissions is not acceptable; the text goes back to the model. */
  | "invalid_request";

/** The only error this package throws. */
export class PermissionsError extends Error {
  readonly code: PermissionsErrorCode;

  constructor(code: PermissionsErrorCode, message: string) {
    super(message);
    this.name = "PermissionsError";
    this.code = code;
  }
}

export type SandboxErrorCode =
  /** No engine on this machine can confine the command; nothing was run. */
  | "no_engine"
  /** The engine that must be used cannot enforce this policy; nothing was run. */
  | "unsupported_policy"
  /** The platform cannot do what was asked for (WSL1, Seatbelt off macOS, Windows sandbox off Windows). */
  | "unsupported_platform"
  /** A protected path runs through a link that the command itself could repoint. */
  | "writable_symlink"
  /** The files behind a deny-read glob could not be listed completely. */
  | "glob_scan"
  /** The request itself is wrong: empty argument vector, missing working directory. */
  | "invalid_request"
  /** The operating system refused to start the process. */
  | "spawn_failed"
  /** The process started, but the engine reported that it could not be set up. */
  | "engine_failed";

/** Every error this package throws. The message says what, where, and what to do; it never carries environment values. */
export class SandboxError extends Error {
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SandboxError";
    this.code = code;
  }
}

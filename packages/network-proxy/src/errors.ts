export type NetworkProxyErrorCode =
  /** The policy cannot be compiled: a pattern that is no glob, a socket path that is not absolute. */
  | "invalid_policy"
  /** The policy says what managed requirements do not allow. */
  | "constraint"
  /** A listener address cannot be read or bound. */
  | "listen"
  /** A change that a running proxy cannot take over. */
  | "not_live"
  /** The policy does not let this process itself reach a host. */
  | "refused";

/** Every error this package throws. The message says which setting is wrong; it never carries an environment value. */
export class NetworkProxyError extends Error {
  readonly code: NetworkProxyErrorCode;

  constructor(code: NetworkProxyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NetworkProxyError";
    this.code = code;
  }
}

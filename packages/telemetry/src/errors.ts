export type TelemetryErrorCode =
  /** A key of the table `otel` cannot be used. */
  | "bad_settings"
  /** A file of a TLS connection cannot be read. */
  | "unreadable_file";

/** Telemetry that cannot be set up. The message names the key or the file; it never quotes a header. */
export class TelemetryError extends Error {
  readonly code: TelemetryErrorCode;

  constructor(code: TelemetryErrorCode, message: string) {
    super(message);
    this.name = "TelemetryError";
    this.code = code;
  }
}

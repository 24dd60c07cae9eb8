import { boolean, external, nullable, type Out, string, stringEnum, struct, uint16, unit } from "../wire/index.ts";

export const CodexErrorInfo = external("CodexErrorInfo", () => ({
  contextWindowExceeded: unit,
  usageLimitExceeded: unit,
  serverOverloaded: unit,
  cyberPolicy: unit,
  httpConnectionFailed: { httpStatusCode: nullable(uint16) },
  responseStreamConnectionFailed: { httpStatusCode: nullable(uint16) },
  internalServerError: unit,
  unauthorized: unit,
  badRequest: unit,
  threadRollbackFailed: unit,
  sandboxError: unit,
  responseStreamDisconnected: { httpStatusCode: nullable(uint16) },
  responseTooManyFailedAttempts: { httpStatusCode: nullable(uint16) },
  activeTurnNotSteerable: { turnKind: NonSteerableTurnKind },
  other: unit,
}));
export type CodexErrorInfo = Out<typeof CodexErrorInfo>;

export const ErrorNotification = struct("ErrorNotification", () => ({
  error: TurnError,
  willRetry: boolean,
  threadId: string,
  turnId: string,
}));
export interface ErrorNotification extends Out<typeof ErrorNotification> {}

export const NonSteerableTurnKind = stringEnum("NonSteerableTurnKind", ["review", "compact"]);
export type NonSteerableTurnKind = Out<typeof NonSteerableTurnKind>;

export const TurnError = struct("TurnError", () => ({
  message: string,
  codexErrorInfo: nullable(CodexErrorInfo),
  additionalDetails: nullable(string),
}));
export interface TurnError extends Out<typeof TurnError> {}

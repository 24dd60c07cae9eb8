import {
  anyPath,
  array,
  boolean,
  int32,
  int64,
  optional,
  orNull,
  type Out,
  record,
  skipDefault,
  string,
  stringEnum,
  struct,
  uint16,
  usize,
} from "../wire/index.ts";
import { PermissionProfile } from "./permissions.ts";
import { SandboxPolicy } from "./policies.ts";

export const CommandExecOutputDeltaNotification = struct("CommandExecOutputDeltaNotification", () => ({
  processId: string,
  stream: CommandExecOutputStream,
  deltaBase64: string,
  capReached: boolean,
}));
export interface CommandExecOutputDeltaNotification extends Out<typeof CommandExecOutputDeltaNotification> {}

export const CommandExecOutputStream = stringEnum("CommandExecOutputStream", ["stdout", "stderr"]);
export type CommandExecOutputStream = Out<typeof CommandExecOutputStream>;

export const CommandExecParams = struct("CommandExecParams", () => ({
  command: array(string),
  processId: optional(string),
  tty: skipDefault(boolean, false),
  streamStdin: skipDefault(boolean, false),
  streamStdoutStderr: skipDefault(boolean, false),
  outputBytesCap: optional(usize),
  disableOutputCap: skipDefault(boolean, false),
  disableTimeout: skipDefault(boolean, false),
  timeoutMs: optional(int64),
  cwd: optional(anyPath),
  env: optional(record(orNull(string))),
  size: optional(CommandExecTerminalSize),
  sandboxPolicy: optional(SandboxPolicy),
  permissionProfile: optional(PermissionProfile),
}));
export interface CommandExecParams extends Out<typeof CommandExecParams> {}

export const CommandExecResizeParams = struct("CommandExecResizeParams", () => ({
  processId: string,
  size: CommandExecTerminalSize,
}));
export interface CommandExecResizeParams extends Out<typeof CommandExecResizeParams> {}

export const CommandExecResizeResponse = struct("CommandExecResizeResponse", () => ({}));
export interface CommandExecResizeResponse extends Out<typeof CommandExecResizeResponse> {}

export const CommandExecResponse = struct("CommandExecResponse", () => ({
  exitCode: int32,
  stdout: string,
  stderr: string,
}));
export interface CommandExecResponse extends Out<typeof CommandExecResponse> {}

export const CommandExecTerminalSize = struct("CommandExecTerminalSize", () => ({ rows: uint16, cols: uint16 }));
export interface CommandExecTerminalSize extends Out<typeof CommandExecTerminalSize> {}

export const CommandExecTerminateParams = struct("CommandExecTerminateParams", () => ({ processId: string }));
export interface CommandExecTerminateParams extends Out<typeof CommandExecTerminateParams> {}

export const CommandExecTerminateResponse = struct("CommandExecTerminateResponse", () => ({}));
export interface CommandExecTerminateResponse extends Out<typeof CommandExecTerminateResponse> {}

export const CommandExecWriteParams = struct("CommandExecWriteParams", () => ({
  processId: string,
  deltaBase64: optional(string),
  closeStdin: skipDefault(boolean, false),
}));
export interface CommandExecWriteParams extends Out<typeof CommandExecWriteParams> {}

export const CommandExecWriteResponse = struct("CommandExecWriteResponse", () => ({}));
export interface CommandExecWriteResponse extends Out<typeof CommandExecWriteResponse> {}

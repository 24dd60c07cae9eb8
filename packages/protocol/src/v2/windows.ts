import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, boolean, nullable, optional, type Out, string, stringEnum, struct, usize } from "../wire/index.ts";

export const WindowsSandboxSetupCompletedNotification = struct("WindowsSandboxSetupCompletedNotification", () => ({
  mode: WindowsSandboxSetupMode,
  success: boolean,
  error: nullable(string),
}));
export interface WindowsSandboxSetupCompletedNotification
  extends Out<typeof WindowsSandboxSetupCompletedNotification> {}

export const WindowsSandboxSetupMode = stringEnum("WindowsSandboxSetupMode", ["elevated", "unelevated"]);
export type WindowsSandboxSetupMode = Out<typeof WindowsSandboxSetupMode>;

export const WindowsSandboxSetupStartParams = struct("WindowsSandboxSetupStartParams", () => ({
  mode: WindowsSandboxSetupMode,
  cwd: optional(AbsolutePathBuf),
}));
export interface WindowsSandboxSetupStartParams extends Out<typeof WindowsSandboxSetupStartParams> {}

export const WindowsSandboxSetupStartResponse = struct("WindowsSandboxSetupStartResponse", () => ({
  started: boolean,
}));
export interface WindowsSandboxSetupStartResponse extends Out<typeof WindowsSandboxSetupStartResponse> {}

export const WindowsWorldWritableWarningNotification = struct("WindowsWorldWritableWarningNotification", () => ({
  samplePaths: array(string),
  extraCount: usize,
  failedScan: boolean,
}));
export interface WindowsWorldWritableWarningNotification extends Out<typeof WindowsWorldWritableWarningNotification> {}

import { stringEnum, type Out } from "../wire/index.ts";

export const ExecCommandSource = stringEnum("ExecCommandSource", [
  "agent",
  "user_shell",
  "unified_exec_startup",
  "unified_exec_interaction",
]);
export type ExecCommandSource = Out<typeof ExecCommandSource>;

export const ExecCommandStatus = stringEnum("ExecCommandStatus", ["completed", "failed", "declined"]);
export type ExecCommandStatus = Out<typeof ExecCommandStatus>;

export const ExecOutputStream = stringEnum("ExecOutputStream", ["stdout", "stderr"]);
export type ExecOutputStream = Out<typeof ExecOutputStream>;

export const PatchApplyStatus = stringEnum("PatchApplyStatus", ["completed", "failed", "declined"]);
export type PatchApplyStatus = Out<typeof PatchApplyStatus>;

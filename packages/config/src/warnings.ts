import type { SourceRange } from "./errors.ts";

export type ConfigWarningCode =
  | "requirement_fallback"
  | "feature_requirement"
  | "permissions"
  | "agent_role"
  | "untrusted_project"
  | "old_spelling"
  | "deprecated_env"
  | "unstable_features"
  | "on_failure"
  | "unknown_key";

/** Something worth telling that does not stop anything. */
export interface ConfigWarning {
  code: ConfigWarningCode;
  message: string;
  keyPath?: string;
  file?: string;
  range?: SourceRange;
}

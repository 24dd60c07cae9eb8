import type { PermissionProfile } from "@codex-ts/permissions";
import type {
  ApprovalsReviewer,
  AskForApproval,
  Personality,
  ReasoningEffort,
  ReasoningSummary,
  SandboxMode,
  ServiceTier,
  WebSearchMode,
} from "./types.ts";

/** What one request or command line asks for by name (`-m`, `-s`, `thread/start`): stronger than profile and files. */
export interface ConfigOverrides {
  model?: string;
  reviewModel?: string;
  modelProvider?: string;
  modelReasoningEffort?: ReasoningEffort;
  modelReasoningSummary?: ReasoningSummary;
  serviceTier?: ServiceTier | null;
  personality?: Personality;
  approvalPolicy?: AskForApproval;
  approvalsReviewer?: ApprovalsReviewer;
  sandboxMode?: SandboxMode;
  permissionProfile?: PermissionProfile;
  /** Further folders that a workspace-write policy may write (`--add-dir`). */
  additionalWritableRoots?: readonly string[];
  webSearchMode?: WebSearchMode;
  baseInstructions?: string;
  developerInstructions?: string;
  compactPrompt?: string;
  showRawAgentReasoning?: boolean;
  features?: Readonly<Record<string, boolean>>;
}

import type { AskForApproval, Personality, ReasoningEffort, ReasoningSummary } from "@codex-ts/protocol";
import { encodeSandboxPolicy, type FileSystemSandboxPolicy, type PermissionProfile } from "@codex-ts/permissions";
import type { NetworkFacts } from "../context/environment.ts";
import { legacyPolicy, ownFileSystem } from "../exec/permissions.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** A turn's settings as recorded in the session file, and the baseline against which the next turn tells what changed. */
export interface TurnContextRecord {
  turn_id?: string;
  cwd: string;
  current_date?: string;
  timezone?: string;
  network?: NetworkFacts;
  approval_policy: AskForApproval;
  sandbox_policy: object;
  permission_profile?: PermissionProfile;
  file_system_sandbox_policy?: FileSystemSandboxPolicy;
  model: string;
  personality?: Personality;
  collaboration_mode?: {
    mode: string;
    settings: { model: string; reasoning_effort: ReasoningEffort | null; developer_instructions: string | null };
  };
  realtime_active?: boolean;
  effort?: ReasoningEffort;
  summary: ReasoningSummary;
  user_instructions?: string;
  developer_instructions?: string;
  final_output_json_schema?: unknown;
  truncation_policy?: TruncationPolicy;
}

export function turnContextRecord(turn: TurnScope): TurnContextRecord {
  const { session, context } = turn;
  const { settings } = context;
  return {
    turn_id: context.turnId,
    cwd: settings.cwd,
    current_date: context.currentDate,
    timezone: context.timezone,
    ...(session.network?.demanded ? { network: session.network.demanded } : {}),
    approval_policy: settings.approvalPolicy,
    sandbox_policy: encodeSandboxPolicy(
      settings.askedPolicy ?? legacyPolicy(settings.permissions, settings.cwd, session.services),
    ),
    permission_profile: settings.permissions,
    ...ownFileSystem(settings.permissions, settings.cwd, session.services),
    model: context.model.slug,
    ...(settings.personality === null ? {} : { personality: settings.personality }),
    collaboration_mode: {
      mode: settings.collaborationMode,
      settings: {
        model: context.model.slug,
        reasoning_effort: settings.effort,
        developer_instructions: settings.collaborationInstructions,
      },
    },
    realtime_active: false,
    ...(settings.effort === null ? {} : { effort: settings.effort }),
    summary: settings.summary ?? context.model.defaultSummary,
    ...(session.userInstructions === null ? {} : { user_instructions: session.userInstructions }),
    ...(session.config.developerInstructions === null
      ? {}
      : { developer_instructions: session.config.developerInstructions }),
    ...(context.outputSchema === null ? {} : { final_output_json_schema: context.outputSchema }),
    truncation_policy: context.outputPolicy,
  };
}

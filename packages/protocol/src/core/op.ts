import { ReviewDecision } from "./decisions.ts";
import { UserInput } from "./items.ts";
import {
  ConversationStartTransport,
  DynamicToolResponse,
  ElicitationAction,
  GuardianAssessmentEvent,
  InterAgentCommunication,
  McpServerRefreshConfig,
  RequestPermissionsResponse,
  RequestUserInputResponse,
  ReviewRequest,
  TurnEnvironment,
} from "./op-parts.ts";
import { PermissionProfile, SandboxPolicy } from "./permissions.ts";
import { RealtimeAudioFrame } from "./realtime.ts";
import { RequestId } from "../shared/ids.ts";
import { RealtimeOutputModality, RealtimeVoice } from "../shared/realtime.ts";
import {
  CollaborationMode,
  Personality,
  ReasoningEffort,
  ReasoningSummary,
  ServiceTier,
  ThreadMemoryMode,
} from "../shared/settings.ts";
import { ApprovalsReviewer, AskForApproval } from "../v2/policies.ts";
import {
  array,
  boolean,
  double,
  JsonValue,
  omittable,
  type Out,
  record,
  skipDefault,
  string,
  tagged,
  uint32,
  uint64,
  usize,
} from "../wire/index.ts";

/** What the user says, and what holds for the turn that it starts. */
const userInput = () => ({
  items: array(UserInput),
  environments: omittable(array(TurnEnvironment)),
  final_output_json_schema: omittable(JsonValue),
  responsesapi_client_metadata: omittable(record(string)),
});

/** Settings that hold from the next turn on; absent ones stay as they are. */
const settings = () => ({
  cwd: omittable(string),
  approval_policy: omittable(AskForApproval),
  approvals_reviewer: omittable(ApprovalsReviewer),
  sandbox_policy: omittable(SandboxPolicy),
  permission_profile: omittable(PermissionProfile),
  model: omittable(string),
  effort: double(ReasoningEffort),
  summary: omittable(ReasoningSummary),
  service_tier: double(ServiceTier),
  collaboration_mode: omittable(CollaborationMode),
  personality: omittable(Personality),
});

/** What a session can be told to do. */
export const Op = tagged("Op", "type", () => ({
  interrupt: {},
  clean_background_terminals: {},
  realtime_conversation_start: {
    output_modality: RealtimeOutputModality,
    prompt: double(string),
    session_id: omittable(string),
    transport: omittable(ConversationStartTransport),
    voice: omittable(RealtimeVoice),
  },
  realtime_conversation_audio: { frame: RealtimeAudioFrame },
  realtime_conversation_text: { text: string },
  realtime_conversation_close: {},
  realtime_conversation_list_voices: {},
  user_input: userInput(),
  user_input_with_turn_context: { ...userInput(), ...settings() },
  user_turn: {
    ...userInput(),
    ...settings(),
    cwd: string,
    approval_policy: AskForApproval,
    sandbox_policy: SandboxPolicy,
    model: string,
  },
  inter_agent_communication: { communication: InterAgentCommunication },
  override_turn_context: { ...settings(), environments: omittable(array(TurnEnvironment)) },
  exec_approval: { id: string, turn_id: omittable(string), decision: ReviewDecision },
  patch_approval: { id: string, decision: ReviewDecision },
  resolve_elicitation: {
    server_name: string,
    request_id: RequestId,
    decision: ElicitationAction,
    content: omittable(JsonValue),
    meta: omittable(JsonValue),
  },
  user_input_answer: { id: string, response: RequestUserInputResponse },
  request_permissions_response: { id: string, response: RequestPermissionsResponse },
  dynamic_tool_response: { id: string, response: DynamicToolResponse },
  add_to_history: { text: string },
  get_history_entry_request: { offset: usize, log_id: uint64 },
  list_mcp_tools: {},
  refresh_mcp_servers: { config: McpServerRefreshConfig },
  reload_user_config: {},
  list_skills: { cwds: skipDefault(array(string), []), force_reload: skipDefault(boolean, false) },
  compact: {},
  drop_memories: {},
  update_memories: {},
  set_thread_name: { name: string },
  set_thread_memory_mode: { mode: ThreadMemoryMode },
  undo: {},
  thread_rollback: { num_turns: uint32 },
  review: { review_request: ReviewRequest },
  approve_guardian_denied_action: { event: GuardianAssessmentEvent },
  shutdown: {},
  run_user_shell_command: { command: string },
  list_models: {},
}));
export type Op = Out<typeof Op>;

/** The operation with a given tag. */
export type OpOf<T extends Op["type"]> = Extract<Op, { type: T }>;

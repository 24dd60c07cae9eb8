import {
  anything,
  count,
  isObject,
  type Json,
  list,
  oneOf,
  optional,
  type Read,
  struct,
  tagged,
  text,
  truth,
  unset,
  WRONG,
} from "./shape.ts";

const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:[/\\])/;
const folder: Read = value => (typeof value === "string" && ABSOLUTE.test(value) ? value : WRONG);

const effort = oneOf("none", "minimal", "low", "medium", "high", "xhigh");
const optionalText = optional(text);

const granular = struct({
  sandbox_approval: truth,
  rules: truth,
  skill_approval: unset(truth),
  request_permissions: unset(truth),
  mcp_elicitations: truth,
});
const approvalWord = oneOf("untrusted", "on-failure", "on-request", "never");
const approvalPolicy: Read = value => (isObject(value) ? granular(value["granular"]) : approvalWord(value));

const sandboxPolicy = tagged({
  "danger-full-access": {},
  "read-only": { network_access: unset(truth) },
  "external-sandbox": { network_access: unset(oneOf("restricted", "enabled")) },
  "workspace-write": {
    writable_roots: unset(list(folder)),
    network_access: unset(truth),
    exclude_tmpdir_env_var: unset(truth),
    exclude_slash_tmp: unset(truth),
  },
});

const collaborationMode = struct({
  mode: oneOf("plan", "default", "code", "pair_programming", "execute", "custom"),
  settings: struct({ model: text, reasoning_effort: optional(effort), developer_instructions: optionalText }),
});

const turnContext = struct({
  turn_id: optionalText,
  trace_id: optionalText,
  cwd: text,
  current_date: optionalText,
  timezone: optionalText,
  approval_policy: approvalPolicy,
  sandbox_policy: sandboxPolicy,
  network: optional(struct({ allowed_domains: list(text), denied_domains: list(text) })),
  model: text,
  personality: optional(oneOf("none", "friendly", "pragmatic")),
  collaboration_mode: optional(collaborationMode),
  realtime_active: optional(truth),
  effort: optional(effort),
  summary: oneOf("auto", "concise", "detailed", "none"),
  user_instructions: optionalText,
  developer_instructions: optionalText,
  final_output_json_schema: optional(anything),
  truncation_policy: optional(struct({ mode: oneOf("bytes", "tokens"), limit: count })),
});

/** The settings of a turn as a session file has them, or null when they are not to be understood (spec, rollout section 2.2). */
export function readTurnContext(payload: Json): Json | null {
  if (turnContext(payload) === WRONG) return null;
  const { turn_id, ...rest } = payload;
  return turn_id === null ? rest : payload;
}

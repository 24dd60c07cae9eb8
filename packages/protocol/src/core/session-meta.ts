import { SessionSource } from "./session-source.ts";
import { ThreadId } from "../shared/ids.ts";
import { DynamicToolSpec } from "../v2/dynamic-tools.ts";
import { array, nullable, omittable, string, struct, type Out, withAliases, withDefault } from "../wire/index.ts";

export const GitInfo = struct("GitInfo", () => ({
  branch: omittable(string),
  commit_hash: omittable(string),
  repository_url: omittable(string),
}));
export interface GitInfo extends Out<typeof GitInfo> {}

const metaFields = () => ({
  id: ThreadId,
  forked_from_id: omittable(ThreadId),
  timestamp: string,
  cwd: string,
  originator: string,
  cli_version: string,
  source: withDefault(SessionSource, "vscode"),
  agent_nickname: omittable(string),
  agent_role: omittable(string),
  agent_path: omittable(string),
  model_provider: nullable(string),
  base_instructions: nullable(BaseInstructions),
  dynamic_tools: omittable(array(DynamicToolSpec)),
  memory_mode: omittable(string),
});

const aliases = { agent_type: "agent_role" } as const;

/** What is known of a session when it starts. */
export const SessionMeta = struct("SessionMeta", () => withAliases(aliases, metaFields()));
export interface SessionMeta extends Out<typeof SessionMeta> {}

/** The first line of a rollout: the session's facts and those of its repository. */
export const SessionMetaLine = struct("SessionMetaLine", () =>
  withAliases(aliases, { ...metaFields(), git: omittable(GitInfo) }),
);
export interface SessionMetaLine extends Out<typeof SessionMetaLine> {}

export const BaseInstructions = struct("BaseInstructions", () => ({ text: string }));
export interface BaseInstructions extends Out<typeof BaseInstructions> {}

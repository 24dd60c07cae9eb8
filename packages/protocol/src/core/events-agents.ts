import { AgentStatus, CollabAgentRef, CollabAgentStatusEntry } from "./collab.ts";
import { RealtimeEvent } from "./realtime.ts";
import { ThreadId } from "../shared/ids.ts";
import { RealtimeConversationVersion, RealtimeVoicesList } from "../shared/realtime.ts";
import { ReasoningEffort } from "../shared/settings.ts";
import { array, nullable, omittable, record, skipDefault, string } from "../wire/index.ts";

/** @internal Variants of `EventMsg`. */
export const agentsEvents = () => ({
  realtime_conversation_started: { session_id: nullable(string), version: RealtimeConversationVersion },
  realtime_conversation_realtime: { payload: RealtimeEvent },
  realtime_conversation_closed: { reason: nullable(string) },
  realtime_conversation_sdp: { sdp: string },
  realtime_conversation_list_voices_response: { voices: RealtimeVoicesList },
  collab_agent_spawn_begin: {
    call_id: string,
    model: string,
    prompt: string,
    reasoning_effort: ReasoningEffort,
    sender_thread_id: ThreadId,
  },
  collab_agent_spawn_end: {
    call_id: string,
    model: string,
    new_agent_nickname: omittable(string),
    new_agent_role: omittable(string),
    new_thread_id: nullable(ThreadId),
    prompt: string,
    reasoning_effort: ReasoningEffort,
    sender_thread_id: ThreadId,
    status: AgentStatus,
  },
  collab_agent_interaction_begin: {
    call_id: string,
    prompt: string,
    receiver_thread_id: ThreadId,
    sender_thread_id: ThreadId,
  },
  collab_agent_interaction_end: {
    call_id: string,
    prompt: string,
    receiver_agent_nickname: omittable(string),
    receiver_agent_role: omittable(string),
    receiver_thread_id: ThreadId,
    sender_thread_id: ThreadId,
    status: AgentStatus,
  },
  collab_waiting_begin: {
    call_id: string,
    receiver_agents: skipDefault(array(CollabAgentRef), []),
    receiver_thread_ids: array(ThreadId),
    sender_thread_id: ThreadId,
  },
  collab_waiting_end: {
    agent_statuses: skipDefault(array(CollabAgentStatusEntry), []),
    call_id: string,
    sender_thread_id: ThreadId,
    statuses: record(AgentStatus),
  },
  collab_close_begin: { call_id: string, receiver_thread_id: ThreadId, sender_thread_id: ThreadId },
  collab_close_end: {
    call_id: string,
    receiver_agent_nickname: omittable(string),
    receiver_agent_role: omittable(string),
    receiver_thread_id: ThreadId,
    sender_thread_id: ThreadId,
    status: AgentStatus,
  },
  collab_resume_begin: {
    call_id: string,
    receiver_agent_nickname: omittable(string),
    receiver_agent_role: omittable(string),
    receiver_thread_id: ThreadId,
    sender_thread_id: ThreadId,
  },
  collab_resume_end: {
    call_id: string,
    receiver_agent_nickname: omittable(string),
    receiver_agent_role: omittable(string),
    receiver_thread_id: ThreadId,
    sender_thread_id: ThreadId,
    status: AgentStatus,
  },
});

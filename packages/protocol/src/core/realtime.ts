import { JsonValue, array, external, nullable, string, struct, type Out, uint16, uint32 } from "../wire/index.ts";

export const RealtimeAudioFrame = struct("RealtimeAudioFrame", () => ({
  data: string,
  item_id: nullable(string),
  num_channels: uint16,
  sample_rate: uint32,
  samples_per_channel: nullable(uint32),
}));
export interface RealtimeAudioFrame extends Out<typeof RealtimeAudioFrame> {}

export const RealtimeEvent = external("RealtimeEvent", () => ({
  SessionUpdated: { instructions: nullable(string), session_id: string },
  InputAudioSpeechStarted: RealtimeInputAudioSpeechStarted,
  InputTranscriptDelta: RealtimeTranscriptDelta,
  InputTranscriptDone: RealtimeTranscriptDone,
  OutputTranscriptDelta: RealtimeTranscriptDelta,
  OutputTranscriptDone: RealtimeTranscriptDone,
  AudioOut: RealtimeAudioFrame,
  ResponseCreated: RealtimeResponseCreated,
  ResponseCancelled: RealtimeResponseCancelled,
  ResponseDone: RealtimeResponseDone,
  ConversationItemAdded: JsonValue,
  ConversationItemDone: { item_id: string },
  HandoffRequested: RealtimeHandoffRequested,
  NoopRequested: RealtimeNoopRequested,
  Error: string,
}));
export type RealtimeEvent = Out<typeof RealtimeEvent>;

export const RealtimeHandoffRequested = struct("RealtimeHandoffRequested", () => ({
  active_transcript: array(RealtimeTranscriptEntry),
  handoff_id: string,
  input_transcript: string,
  item_id: string,
}));
export interface RealtimeHandoffRequested extends Out<typeof RealtimeHandoffRequested> {}

export const RealtimeInputAudioSpeechStarted = struct("RealtimeInputAudioSpeechStarted", () => ({
  item_id: nullable(string),
}));
export interface RealtimeInputAudioSpeechStarted extends Out<typeof RealtimeInputAudioSpeechStarted> {}

export const RealtimeNoopRequested = struct("RealtimeNoopRequested", () => ({ call_id: string, item_id: string }));
export interface RealtimeNoopRequested extends Out<typeof RealtimeNoopRequested> {}

export const RealtimeResponseCancelled = struct("RealtimeResponseCancelled", () => ({ response_id: nullable(string) }));
export interface RealtimeResponseCancelled extends Out<typeof RealtimeResponseCancelled> {}

export const RealtimeResponseCreated = struct("RealtimeResponseCreated", () => ({ response_id: nullable(string) }));
export interface RealtimeResponseCreated extends Out<typeof RealtimeResponseCreated> {}

export const RealtimeResponseDone = struct("RealtimeResponseDone", () => ({ response_id: nullable(string) }));
export interface RealtimeResponseDone extends Out<typeof RealtimeResponseDone> {}

export const RealtimeTranscriptDelta = struct("RealtimeTranscriptDelta", () => ({ delta: string }));
export interface RealtimeTranscriptDelta extends Out<typeof RealtimeTranscriptDelta> {}

export const RealtimeTranscriptDone = struct("RealtimeTranscriptDone", () => ({ text: string }));
export interface RealtimeTranscriptDone extends Out<typeof RealtimeTranscriptDone> {}

export const RealtimeTranscriptEntry = struct("RealtimeTranscriptEntry", () => ({ role: string, text: string }));
export interface RealtimeTranscriptEntry extends Out<typeof RealtimeTranscriptEntry> {}

import {
  RealtimeConversationVersion,
  RealtimeOutputModality,
  RealtimeVoice,
  RealtimeVoicesList,
} from "../shared/realtime.ts";
import { JsonValue, nullable, optional, type Out, string, struct, tagged, uint16, uint32 } from "../wire/index.ts";

export const ThreadRealtimeAppendAudioParams = struct("ThreadRealtimeAppendAudioParams", () => ({
  threadId: string,
  audio: ThreadRealtimeAudioChunk,
}));
export interface ThreadRealtimeAppendAudioParams extends Out<typeof ThreadRealtimeAppendAudioParams> {}

export const ThreadRealtimeAppendAudioResponse = struct("ThreadRealtimeAppendAudioResponse", () => ({}));
export interface ThreadRealtimeAppendAudioResponse extends Out<typeof ThreadRealtimeAppendAudioResponse> {}

export const ThreadRealtimeAppendTextParams = struct("ThreadRealtimeAppendTextParams", () => ({
  threadId: string,
  text: string,
}));
export interface ThreadRealtimeAppendTextParams extends Out<typeof ThreadRealtimeAppendTextParams> {}

export const ThreadRealtimeAppendTextResponse = struct("ThreadRealtimeAppendTextResponse", () => ({}));
export interface ThreadRealtimeAppendTextResponse extends Out<typeof ThreadRealtimeAppendTextResponse> {}

export const ThreadRealtimeAudioChunk = struct("ThreadRealtimeAudioChunk", () => ({
  data: string,
  sampleRate: uint32,
  numChannels: uint16,
  samplesPerChannel: nullable(uint32),
  itemId: nullable(string),
}));
export interface ThreadRealtimeAudioChunk extends Out<typeof ThreadRealtimeAudioChunk> {}

export const ThreadRealtimeClosedNotification = struct("ThreadRealtimeClosedNotification", () => ({
  threadId: string,
  reason: nullable(string),
}));
export interface ThreadRealtimeClosedNotification extends Out<typeof ThreadRealtimeClosedNotification> {}

export const ThreadRealtimeErrorNotification = struct("ThreadRealtimeErrorNotification", () => ({
  threadId: string,
  message: string,
}));
export interface ThreadRealtimeErrorNotification extends Out<typeof ThreadRealtimeErrorNotification> {}

export const ThreadRealtimeItemAddedNotification = struct("ThreadRealtimeItemAddedNotification", () => ({
  threadId: string,
  item: JsonValue,
}));
export interface ThreadRealtimeItemAddedNotification extends Out<typeof ThreadRealtimeItemAddedNotification> {}

export const ThreadRealtimeListVoicesParams = struct("ThreadRealtimeListVoicesParams", () => ({}));
export interface ThreadRealtimeListVoicesParams extends Out<typeof ThreadRealtimeListVoicesParams> {}

export const ThreadRealtimeListVoicesResponse = struct("ThreadRealtimeListVoicesResponse", () => ({
  voices: RealtimeVoicesList,
}));
export interface ThreadRealtimeListVoicesResponse extends Out<typeof ThreadRealtimeListVoicesResponse> {}

export const ThreadRealtimeOutputAudioDeltaNotification = struct("ThreadRealtimeOutputAudioDeltaNotification", () => ({
  threadId: string,
  audio: ThreadRealtimeAudioChunk,
}));
export interface ThreadRealtimeOutputAudioDeltaNotification
  extends Out<typeof ThreadRealtimeOutputAudioDeltaNotification> {}

export const ThreadRealtimeSdpNotification = struct("ThreadRealtimeSdpNotification", () => ({
  threadId: string,
  sdp: string,
}));
export interface ThreadRealtimeSdpNotification extends Out<typeof ThreadRealtimeSdpNotification> {}

export const ThreadRealtimeStartParams = struct("ThreadRealtimeStartParams", () => ({
  threadId: string,
  outputModality: RealtimeOutputModality,
  prompt: optional(string),
  sessionId: optional(string),
  transport: optional(ThreadRealtimeStartTransport),
  voice: optional(RealtimeVoice),
}));
export interface ThreadRealtimeStartParams extends Out<typeof ThreadRealtimeStartParams> {}

export const ThreadRealtimeStartResponse = struct("ThreadRealtimeStartResponse", () => ({}));
export interface ThreadRealtimeStartResponse extends Out<typeof ThreadRealtimeStartResponse> {}

export const ThreadRealtimeStartTransport = tagged("ThreadRealtimeStartTransport", "type", () => ({
  websocket: {},
  webrtc: { sdp: string },
}));
export type ThreadRealtimeStartTransport = Out<typeof ThreadRealtimeStartTransport>;

export const ThreadRealtimeStartedNotification = struct("ThreadRealtimeStartedNotification", () => ({
  threadId: string,
  sessionId: nullable(string),
  version: RealtimeConversationVersion,
}));
export interface ThreadRealtimeStartedNotification extends Out<typeof ThreadRealtimeStartedNotification> {}

export const ThreadRealtimeStopParams = struct("ThreadRealtimeStopParams", () => ({ threadId: string }));
export interface ThreadRealtimeStopParams extends Out<typeof ThreadRealtimeStopParams> {}

export const ThreadRealtimeStopResponse = struct("ThreadRealtimeStopResponse", () => ({}));
export interface ThreadRealtimeStopResponse extends Out<typeof ThreadRealtimeStopResponse> {}

export const ThreadRealtimeTranscriptDeltaNotification = struct("ThreadRealtimeTranscriptDeltaNotification", () => ({
  threadId: string,
  role: string,
  delta: string,
}));
export interface ThreadRealtimeTranscriptDeltaNotification
  extends Out<typeof ThreadRealtimeTranscriptDeltaNotification> {}

export const ThreadRealtimeTranscriptDoneNotification = struct("ThreadRealtimeTranscriptDoneNotification", () => ({
  threadId: string,
  role: string,
  text: string,
}));
export interface ThreadRealtimeTranscriptDoneNotification
  extends Out<typeof ThreadRealtimeTranscriptDoneNotification> {}

import { array, type Out, stringEnum, struct } from "../wire/index.ts";

export const RealtimeConversationVersion = stringEnum("RealtimeConversationVersion", ["v1", "v2"]);
export type RealtimeConversationVersion = Out<typeof RealtimeConversationVersion>;

export const RealtimeOutputModality = stringEnum("RealtimeOutputModality", ["text", "audio"]);
export type RealtimeOutputModality = Out<typeof RealtimeOutputModality>;

export const RealtimeVoice = stringEnum("RealtimeVoice", [
  "alloy",
  "arbor",
  "ash",
  "ballad",
  "breeze",
  "cedar",
  "coral",
  "cove",
  "echo",
  "ember",
  "juniper",
  "maple",
  "marin",
  "sage",
  "shimmer",
  "sol",
  "spruce",
  "vale",
  "verse",
]);
export type RealtimeVoice = Out<typeof RealtimeVoice>;

export const RealtimeVoicesList = struct("RealtimeVoicesList", () => ({
  v1: array(RealtimeVoice),
  v2: array(RealtimeVoice),
  defaultV1: RealtimeVoice,
  defaultV2: RealtimeVoice,
}));
export interface RealtimeVoicesList extends Out<typeof RealtimeVoicesList> {}

// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadRealtimeAudioChunk } from "./ThreadRealtimeAudioChunk";

export type ThreadRealtimeAppendAudioParams = { threadId: string, audio: ThreadRealtimeAudioChunk, };

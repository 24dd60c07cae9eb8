// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RealtimeVoicesList } from "../RealtimeVoicesList";

export type ThreadRealtimeListVoicesResponse = { voices: RealtimeVoicesList, };

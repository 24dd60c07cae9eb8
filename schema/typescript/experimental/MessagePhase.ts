// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MessagePhase = "commentary" | "final_answer";

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type Personality = "none" | "friendly" | "pragmatic";

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AgentPath = string;

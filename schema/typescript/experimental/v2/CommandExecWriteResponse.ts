// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecWriteResponse = Record<string, never>;

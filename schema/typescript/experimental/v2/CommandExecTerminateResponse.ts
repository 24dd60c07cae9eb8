// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecTerminateResponse = Record<string, never>;

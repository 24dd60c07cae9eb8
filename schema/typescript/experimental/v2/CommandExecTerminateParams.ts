// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecTerminateParams = { processId: string, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecWriteParams = { processId: string, deltaBase64?: string | null, closeStdin?: boolean, };

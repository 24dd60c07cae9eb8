// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecResponse = { exitCode: number, stdout: string, stderr: string, };

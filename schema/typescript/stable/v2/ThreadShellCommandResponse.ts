// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadShellCommandResponse = Record<string, never>;

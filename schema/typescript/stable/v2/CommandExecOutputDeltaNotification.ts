// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CommandExecOutputStream } from "./CommandExecOutputStream";

export type CommandExecOutputDeltaNotification = { processId: string, stream: CommandExecOutputStream, deltaBase64: string, capReached: boolean, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CommandExecTerminalSize } from "./CommandExecTerminalSize";

export type CommandExecResizeParams = { processId: string, size: CommandExecTerminalSize, };

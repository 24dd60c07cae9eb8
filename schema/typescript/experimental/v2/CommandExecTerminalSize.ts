// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecTerminalSize = { rows: number, cols: number, };

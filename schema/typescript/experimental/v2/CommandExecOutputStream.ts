// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecOutputStream = "stdout" | "stderr";

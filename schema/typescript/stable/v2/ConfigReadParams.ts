// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ConfigReadParams = { includeLayers: boolean, cwd?: string | null, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AbsolutePathBuf = string;

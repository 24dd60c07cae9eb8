// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ByteRange } from "./ByteRange";

export type TextElement = { byteRange: ByteRange, placeholder: string | null, };

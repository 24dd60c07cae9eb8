// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TextPosition } from "./TextPosition";

export type TextRange = { start: TextPosition, end: TextPosition, };

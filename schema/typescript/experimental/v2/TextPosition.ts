// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TextPosition = { line: number, column: number, };

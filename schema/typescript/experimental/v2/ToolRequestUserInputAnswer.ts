// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ToolRequestUserInputAnswer = { answers: Array<string>, };

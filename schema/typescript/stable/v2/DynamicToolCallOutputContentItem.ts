// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DynamicToolCallOutputContentItem = { "type": "inputText", text: string, } | { "type": "inputImage", imageUrl: string, };

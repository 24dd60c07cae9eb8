// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationConstOption = { const: string, title: string, };

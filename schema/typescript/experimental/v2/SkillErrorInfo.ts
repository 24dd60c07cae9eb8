// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SkillErrorInfo = { path: string, message: string, };

// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ExecPolicyAmendment = Array<string>;

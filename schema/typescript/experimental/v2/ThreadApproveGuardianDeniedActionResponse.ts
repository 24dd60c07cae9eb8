// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadApproveGuardianDeniedActionResponse = Record<string, never>;

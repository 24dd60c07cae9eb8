// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ModelVerification } from "./ModelVerification";

export type ModelVerificationNotification = { threadId: string, turnId: string, verifications: Array<ModelVerification>, };

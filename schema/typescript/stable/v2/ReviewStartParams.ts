// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReviewDelivery } from "./ReviewDelivery";
import type { ReviewTarget } from "./ReviewTarget";

export type ReviewStartParams = { threadId: string, target: ReviewTarget, delivery?: ReviewDelivery | null, };

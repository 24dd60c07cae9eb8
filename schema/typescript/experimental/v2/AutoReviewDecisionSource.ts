// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AutoReviewDecisionSource = "agent";

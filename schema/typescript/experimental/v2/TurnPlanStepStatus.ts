// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TurnPlanStepStatus = "pending" | "inProgress" | "completed";

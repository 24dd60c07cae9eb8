// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { TurnPlanStepStatus } from "./TurnPlanStepStatus";

export type TurnPlanStep = { step: string, status: TurnPlanStepStatus, };

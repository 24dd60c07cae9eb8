// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { UserInput } from "./UserInput";

export type TurnSteerParams = { threadId: string, input: Array<UserInput>, responsesapiClientMetadata?: { [key in string]?: string } | null, expectedTurnId: string, };

import type { z } from "zod/mini";
import type { HookEventName } from "../events/names.ts";
import {
  PermissionRequestInput,
  PostToolUseInput,
  PreToolUseInput,
  SessionStartInput,
  StopInput,
  UserPromptSubmitInput,
} from "./inputs.ts";
import {
  PermissionRequestOutput,
  PostToolUseOutput,
  PreToolUseOutput,
  SessionStartOutput,
  StopOutput,
  UserPromptSubmitOutput,
} from "./outputs.ts";

/** What handlers of each event read and print. */
export const HOOK_SCHEMAS: Readonly<Record<HookEventName, { input: z.core.$ZodType; output: z.core.$ZodType }>> = {
  PreToolUse: { input: PreToolUseInput, output: PreToolUseOutput },
  PermissionRequest: { input: PermissionRequestInput, output: PermissionRequestOutput },
  PostToolUse: { input: PostToolUseInput, output: PostToolUseOutput },
  SessionStart: { input: SessionStartInput, output: SessionStartOutput },
  UserPromptSubmit: { input: UserPromptSubmitInput, output: UserPromptSubmitOutput },
  Stop: { input: StopInput, output: StopOutput },
};

import type { SandboxPermissions } from "@codex-ts/permissions";
import { array, number, oneOf, optional, string } from "./parameters.ts";

/** Parameters that every tool has that runs commands: how a call asks for more rights than it has. */
export const approvalParameters = {
  sandbox_permissions: optional(
    oneOf(
      ["use_default", "require_escalated", "with_additional_permissions"],
      'Rights of this command: "use_default" (the sandbox in force) or "require_escalated" (no sandbox; the user is asked).',
    ),
  ),
  justification: optional(
    string(
      'Only with sandbox_permissions "require_escalated": one short question for the user, saying why it is needed.',
    ),
  ),
  prefix_rule: optional(
    array(
      string(),
      'Only with sandbox_permissions "require_escalated": a short command prefix to allow from now on, such as ["git", "fetch"].',
    ),
  ),
};

export const timeoutParameter = optional(number("Milliseconds after which the command is killed (default 10000)."));

/** How a call wants to run, as its arguments say. */
export interface CommandRights {
  sandboxPermissions: SandboxPermissions;
  justification: string | null;
  prefixRule: string[] | null;
}

export function commandRights(args: {
  sandbox_permissions?: SandboxPermissions | undefined;
  justification?: string | undefined;
  prefix_rule?: string[] | undefined;
}): CommandRights {
  return {
    sandboxPermissions: args.sandbox_permissions ?? "use_default",
    justification: args.justification ?? null,
    prefixRule: args.prefix_rule ?? null,
  };
}

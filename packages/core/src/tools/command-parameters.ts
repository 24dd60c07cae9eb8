import type { RequestedRights } from "../approvals/call-rights.ts";
import { permissionsParameter } from "./permission-parameters.ts";
import { array, type JsonSchema, number, oneOf, optional, string } from "./parameters.ts";

/** What a command tool may offer beside its own parameters. */
export interface CommandOffer {
  /** Login shells are allowed. */
  login: boolean;
  /** The feature `exec_permission_approvals`: a call may ask for permissions of its own. */
  permissions: boolean;
}

export const sandboxPermissions = oneOf(
  ["use_default", "require_escalated", "with_additional_permissions"],
  'Rights of this command: "use_default" (the sandbox in force) or "require_escalated" (no sandbox; the user is asked).',
);

/** Parameters that every tool has that runs commands: how a call asks for more rights than it has. */
export const approvalParameters = {
  additional_permissions: optional(
    permissionsParameter(
      'Only with sandbox_permissions "with_additional_permissions": what this command needs beyond the sandbox.',
    ),
  ),
  sandbox_permissions: optional(sandboxPermissions),
  justification: optional(
    string("Only with a sandbox_permissions override: one short question for the user, saying why it is needed."),
  ),
  prefix_rule: optional(
    array(
      string(),
      'Only with sandbox_permissions "require_escalated": a short command prefix to allow from now on, such as ["git", "fetch"].',
    ),
  ),
};

const SANDBOX_PERMISSIONS_WITH_GRANTS =
  'Rights of this command: "use_default" (the sandbox in force), "with_additional_permissions" (the sandbox widened by additional_permissions; the user is asked) or "require_escalated" (no sandbox; the user is asked).';

export const timeoutParameter = optional(number("Milliseconds after which the command is killed (default 10000)."));

/** A command tool's schema without what is not offered. */
export function offeredSchema(schema: JsonSchema, offer: CommandOffer): JsonSchema {
  const { login, additional_permissions, ...rest } = schema["properties"] as JsonSchema;
  const properties: JsonSchema = { ...rest };
  if (offer.login && login !== undefined) properties["login"] = login;
  if (offer.permissions && additional_permissions !== undefined) {
    properties["additional_permissions"] = additional_permissions;
    properties["sandbox_permissions"] = { type: "string", description: SANDBOX_PERMISSIONS_WITH_GRANTS };
  }
  const names = Object.keys(properties).sort();
  return { ...schema, properties: Object.fromEntries(names.map(name => [name, properties[name]!])) };
}

export function requestedRights(args: {
  sandbox_permissions?: RequestedRights["sandboxPermissions"] | undefined;
  additional_permissions?: unknown;
  justification?: string | undefined;
  prefix_rule?: string[] | undefined;
}): RequestedRights {
  return {
    sandboxPermissions: args.sandbox_permissions ?? "use_default",
    additionalPermissions: args.additional_permissions,
    justification: args.justification ?? null,
    prefixRule: args.prefix_rule ?? null,
  };
}

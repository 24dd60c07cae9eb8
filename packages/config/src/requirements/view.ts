import { HOOK_EVENTS } from "../keys/hooks.ts";
import { configKeys } from "../keys/root.ts";
import { viewValue } from "../keys/view.ts";
import { withGranularDefaults } from "../effective/constrain.ts";
import type { AskForApproval, SandboxMode, WebSearchMode } from "../effective/types.ts";
import type { JsonValue } from "../toml/value.ts";
import { type NetworkRequirementsView, viewNetwork } from "./network.ts";
import type { ManagedHooks, Requirements } from "./types.ts";

/** The requirements as `configRequirements/read` shows them. */
export interface ConfigRequirementsView {
  allowedApprovalPolicies: AskForApproval[] | null;
  allowedApprovalsReviewers: ("user" | "guardian_subagent")[] | null;
  allowedSandboxModes: SandboxMode[] | null;
  allowedWebSearchModes: WebSearchMode[] | null;
  featureRequirements: Record<string, boolean> | null;
  hooks: { [key: string]: JsonValue } | null;
  enforceResidency: "us" | null;
  network: NetworkRequirementsView | null;
}

/** The answer of `configRequirements/read`: null when nothing at all is required. */
export function configRequirementsResponse(requirements: Requirements): {
  requirements: ConfigRequirementsView | null;
} {
  if (!requiresAnything(requirements)) return { requirements: null };
  const hooks = requirements.hooks ?? requirements.emptyHooks;
  const modes = requirements.allowedSandboxModes?.value.filter(
    (mode): mode is SandboxMode => mode !== "external-sandbox",
  );
  return {
    requirements: {
      allowedApprovalPolicies: requirements.allowedApprovalPolicies?.value.map(withGranularDefaults) ?? null,
      allowedApprovalsReviewers: requirements.allowedApprovalsReviewers?.value ?? null,
      allowedSandboxModes: modes ?? null,
      allowedWebSearchModes: requirements.allowedWebSearchModes?.value ?? null,
      featureRequirements: requirements.features?.value ?? null,
      hooks: hooks === undefined ? null : viewHooks(hooks.value),
      enforceResidency: requirements.enforceResidency?.value ?? null,
      network: requirements.network === undefined ? null : viewNetwork(requirements.network.value),
    },
  };
}

/** Whether something is required; tables that say nothing do not count. */
function requiresAnything({ features, emptyHooks, apps, ...others }: Requirements): boolean {
  return (
    Object.keys(others).length > 0 ||
    Object.keys(features?.value ?? {}).length > 0 ||
    Object.values(apps?.value ?? {}).some(app => app.enabled !== undefined) ||
    (emptyHooks?.value.managedDir ?? emptyHooks?.value.windowsManagedDir ?? null) !== null
  );
}

function viewHooks(hooks: ManagedHooks): { [key: string]: JsonValue } {
  const type = configKeys.fields["hooks"]?.type;
  const events = type === undefined ? {} : (viewValue(type, hooks.events) as { [key: string]: JsonValue });
  return {
    managedDir: hooks.managedDir,
    windowsManagedDir: hooks.windowsManagedDir,
    ...Object.fromEntries(HOOK_EVENTS.map(event => [event, wireGroups(events[event] ?? [])])),
  };
}

/** Handlers on the wire name their time-out with its unit. */
function wireGroups(groups: JsonValue): JsonValue {
  if (!Array.isArray(groups)) return [];
  return groups.map(group => {
    if (typeof group !== "object" || group === null || Array.isArray(group)) return group;
    const handlers = Array.isArray(group["hooks"]) ? group["hooks"] : [];
    return {
      ...group,
      hooks: handlers.map(handler => {
        if (typeof handler !== "object" || handler === null || Array.isArray(handler)) return handler;
        if (handler["type"] !== "command") return handler;
        const { timeout, ...rest } = handler;
        return { ...rest, timeoutSec: timeout ?? null };
      }),
    };
  });
}

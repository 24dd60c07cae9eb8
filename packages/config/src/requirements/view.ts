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
  if (Object.keys(requirements).length === 0) return { requirements: null };
  const modes = requirements.allowedSandboxModes?.value.filter(
    (mode): mode is SandboxMode => mode !== "external-sandbox",
  );
  const search = requirements.allowedWebSearchModes?.value;
  return {
    requirements: {
      allowedApprovalPolicies: requirements.allowedApprovalPolicies?.value.map(withGranularDefaults) ?? null,
      allowedApprovalsReviewers: requirements.allowedApprovalsReviewers?.value ?? null,
      allowedSandboxModes: modes ?? null,
      allowedWebSearchModes: search === undefined ? null : [...new Set<WebSearchMode>([...search, "disabled"])],
      featureRequirements: requirements.features?.value ?? null,
      hooks: requirements.hooks === undefined ? null : viewHooks(requirements.hooks.value),
      enforceResidency: requirements.enforceResidency?.value ?? null,
      network: requirements.network === undefined ? null : viewNetwork(requirements.network.value),
    },
  };
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

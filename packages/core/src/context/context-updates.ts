import type { ContentItem, ResponseItem } from "@codex-ts/protocol/models";
import type { SandboxPolicy } from "@codex-ts/permissions";
import { legacyPolicy, writableRootPaths } from "../exec/permissions.ts";
import {
  agentsMdFragment,
  APPS_FRAGMENT,
  collaborationModeFragment,
  modelSwitchFragment,
  personalityFragment,
} from "../prompts/fragments.ts";
import { permissionsFragment, type PermissionsFacts } from "../prompts/permissions.ts";
import { skillsFragment } from "../prompts/skills.ts";
import type { TurnContextRecord } from "../rollout/turn-context-line.ts";
import type { ThreadSettings } from "../thread/settings.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { environmentDiff, environmentFragment, type EnvironmentFacts } from "./environment.ts";

/**
 * What the model must be told before the prompt: everything at the start of a window, afterwards only what changed since the turn
 * before. At most one developer and one user message.
 */
export function contextUpdates(turn: TurnScope): ResponseItem[] {
  const { baseline } = turn.session;
  return baseline === null ? initialContext(turn) : changedContext(turn, baseline);
}

/** The whole context, as at the start of a window (also used by compaction in the middle of a turn). */
export function initialContext(turn: TurnScope): ResponseItem[] {
  const { session, context } = turn;
  const { config } = session;
  const { settings } = context;
  const developer = [
    modelSwitch(turn),
    config.includePermissionsInstructions ? permissionsFragment(permissionsFacts(turn)) : null,
    config.developerInstructions,
    collaboration(settings),
    personality(turn, "not in the instructions"),
    config.includeAppsInstructions && session.mcp?.hasUsableApps === true ? APPS_FRAGMENT : null,
    config.includeSkillInstructions ? skillsFragment(turn.skills) : null,
  ];
  const user = [
    session.userInstructions === null ? null : agentsMdFragment(settings.cwd, session.userInstructions),
    config.includeEnvironmentContext ? environmentFragment(environmentFacts(turn)) : null,
  ];
  return [...message("developer", developer), ...message("user", user)];
}

function changedContext(turn: TurnScope, baseline: TurnContextRecord): ResponseItem[] {
  const { session, context } = turn;
  const { settings } = context;
  const permissionsChanged =
    JSON.stringify(baseline.approval_policy) !== JSON.stringify(settings.approvalPolicy) ||
    JSON.stringify(baseline.permission_profile) !== JSON.stringify(settings.permissions);
  const told = baseline.collaboration_mode;
  const modeChanged =
    (told?.mode ?? "default") !== settings.collaborationMode ||
    (told?.settings.developer_instructions ?? null) !== settings.collaborationInstructions;
  const developer = [
    modelSwitch(turn),
    permissionsChanged && session.config.includePermissionsInstructions
      ? permissionsFragment(permissionsFacts(turn))
      : null,
    modeChanged ? collaboration(settings) : null,
    baseline.personality !== settings.personality && baseline.model === context.model.slug
      ? personality(turn, "changed")
      : null,
  ];
  const before = {
    cwd: baseline.cwd,
    currentDate: baseline.current_date,
    timezone: baseline.timezone,
    network: baseline.network ?? null,
  };
  const environment = session.config.includeEnvironmentContext ? environmentDiff(before, environmentFacts(turn)) : null;
  return [...message("developer", developer), ...message("user", [environment])];
}

/** What the mode asks of the model: the client's text, or the one of the mode that the client chose without a text. */
function collaboration(settings: ThreadSettings): string | null {
  const text = settings.collaborationInstructions;
  return text === null || text === "" ? null : collaborationModeFragment(text);
}

/** How the model is to speak. At the start of a window only where its instructions do not say so already. */
function personality(turn: TurnScope, when: "changed" | "not in the instructions"): string | null {
  const { session, context } = turn;
  const { model, settings } = context;
  const message = model.personalityMessage(settings.personality);
  if (message === null) return null;
  const told = model.personalityInInstructions && session.baseInstructions === model.instructions(settings.personality);
  return when === "not in the instructions" && told ? null : personalityFragment(message);
}

function modelSwitch(turn: TurnScope): string | null {
  const { session, context } = turn;
  if (session.previousModel === null || session.previousModel === context.model.slug) return null;
  return modelSwitchFragment(context.model.instructions(context.settings.personality));
}

function environmentFacts(turn: TurnScope): EnvironmentFacts {
  const { session, context } = turn;
  return {
    cwd: context.settings.cwd,
    shell: session.services.shell.kind,
    currentDate: context.currentDate,
    timezone: context.timezone,
    network: session.network?.demanded ?? null,
  };
}

function permissionsFacts(turn: TurnScope): PermissionsFacts {
  const { session, context } = turn;
  const { settings } = context;
  const policy = legacyPolicy(settings.permissions, settings.cwd, session.services);
  return {
    sandboxMode: policy.type === "external-sandbox" ? "external" : policy.type,
    networkEnabled: settings.permissions.type === "disabled" || settings.permissions.network === "enabled",
    approvalPolicy: settings.approvalPolicy,
    autoReview: settings.approvalsReviewer !== "user" && settings.approvalPolicy !== "never",
    writableRoots: namedFirst(policy, writableRootPaths(settings.permissions, settings.cwd, session.services)),
    approvedPrefixes: session.rules.allowedPrefixes(),
    requestPermissionsTool: session.config.features["request_permissions_tool"] === true,
  };
}

/** Folders that were named come before those that every thread may write. */
function namedFirst(policy: SandboxPolicy, roots: readonly string[]): string[] {
  const named = policy.type === "workspace-write" ? (policy.writable_roots ?? []) : [];
  return [...named.filter(root => roots.includes(root)), ...roots.filter(root => !named.includes(root))];
}

function message(role: "developer" | "user", texts: readonly (string | null)[]): ResponseItem[] {
  const content: ContentItem[] = texts.flatMap(text => (text === null ? [] : [{ type: "input_text" as const, text }]));
  return content.length === 0 ? [] : [{ type: "message", role, content }];
}

import type { Config, ShellEnvironmentPolicy, WebSearchSettings } from "@codex-ts/config";
import { type SkillSettings, skillSettings } from "../skills/discover.ts";
import type { ThreadSettings } from "./settings.ts";

/** What a thread takes from the configuration when it starts. It stays the same for the thread's life; settings are what changes. */
export interface ThreadConfig {
  /** What the first turn starts with. */
  settings: ThreadSettings;
  modelProviderId: string;
  /** Replaces the model's own instructions. */
  baseInstructions: string | null;
  developerInstructions: string | null;
  /** The user's own standing instructions, for every project. */
  globalInstructions: { path: string | null; text: string } | null;
  /** Raw reasoning is shown, and so kept in session files. */
  showRawReasoning: boolean;
  compactPrompt: string | null;
  /** Program (and its first arguments) that is told when a turn has ended; null: none. */
  notify: readonly string[] | null;
  /** Model of reviews; null: the thread's. */
  reviewModel: string | null;
  verbosity: "low" | "medium" | "high" | null;
  projectDocMaxBytes: number;
  projectDocFallbackFilenames: readonly string[];
  projectRootMarkers: readonly string[];
  includePermissionsInstructions: boolean;
  includeAppsInstructions: boolean;
  includeEnvironmentContext: boolean;
  includeSkillInstructions: boolean;
  skills: SkillSettings;
  allowLoginShell: boolean;
  shellEnvironmentPolicy: ShellEnvironmentPolicy;
  /** Longest wait of an empty poll, milliseconds. */
  backgroundTerminalMaxTimeoutMs: number;
  webSearch: "disabled" | "cached" | "live";
  webSearchSettings: WebSearchSettings | null;
  /** What snapshots for undo leave out, and whether that is told. */
  snapshots: { fileBytes: number | null; folderFiles: number | null; warnings: boolean };
  /** Leave a marker in the history when the user interrupts. */
  interruptMarker: boolean;
  features: Readonly<Record<string, boolean>>;
  /** Memories may be read, where there are any. */
  useMemories: boolean;
}

/** @param defaultModel what to use when the configuration names no model */
export function threadConfig(config: Config, defaultModel: string): ThreadConfig {
  return {
    settings: {
      cwd: config.cwd,
      model: config.model ?? defaultModel,
      approvalPolicy: config.approvalPolicy,
      approvalsReviewer: config.approvalsReviewer,
      permissions: config.permissionProfile,
      askedPolicy: config.sandboxMode === null ? null : config.sandboxPolicy,
      effort: config.modelReasoningEffort,
      summary: config.modelReasoningSummary,
      serviceTier: config.serviceTier,
      personality: config.personality,
      collaborationMode: "default",
      collaborationInstructions: null,
    },
    modelProviderId: config.modelProviderId,
    baseInstructions: config.baseInstructions,
    developerInstructions: config.developerInstructions,
    globalInstructions:
      config.userInstructions === null ? null : { path: config.userInstructionsPath, text: config.userInstructions },
    showRawReasoning: config.showRawAgentReasoning,
    compactPrompt: config.compactPrompt,
    notify: config.notify,
    reviewModel: config.reviewModel,
    verbosity: config.modelVerbosity,
    projectDocMaxBytes: config.projectDocMaxBytes,
    projectDocFallbackFilenames: config.projectDocFallbackFilenames,
    projectRootMarkers: config.projectRootMarkers,
    includePermissionsInstructions: config.includePermissionsInstructions,
    includeAppsInstructions: config.includeAppsInstructions,
    includeEnvironmentContext: config.includeEnvironmentContext,
    includeSkillInstructions: !offInTable(config.skills, "include_instructions"),
    skills: skillSettings(config.skills),
    allowLoginShell: config.allowLoginShell,
    shellEnvironmentPolicy: config.shellEnvironmentPolicy,
    backgroundTerminalMaxTimeoutMs: config.backgroundTerminalMaxTimeoutMs,
    webSearch: config.webSearchMode,
    webSearchSettings: config.webSearch,
    snapshots: {
      fileBytes: config.ghostSnapshot.ignoreLargeUntrackedFiles,
      folderFiles: config.ghostSnapshot.ignoreLargeUntrackedDirs,
      warnings: !config.ghostSnapshot.disableWarnings,
    },
    interruptMarker: config.agents.interruptMessage,
    features: config.features,
    useMemories: config.memories.useMemories,
  };
}

/** A flag of a table is switched off. */
function offInTable(table: unknown, name: string): boolean {
  return typeof table === "object" && table !== null && Reflect.get(table, name) === false;
}

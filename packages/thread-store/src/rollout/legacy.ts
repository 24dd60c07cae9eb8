import type { JsonRecord, SessionMetaRecord } from "./item.ts";

/** Older spellings of records, turned into today's while they are read. Files are never rewritten. */

const RENAMED_EVENTS: Record<string, string> = { turn_started: "task_started", turn_complete: "task_complete" };

export function currentEvent(payload: JsonRecord & { type: string }): JsonRecord & { type: string } {
  const renamed = RENAMED_EVENTS[payload.type];
  return renamed === undefined ? payload : { ...payload, type: renamed };
}

export function currentSessionMeta(payload: SessionMetaRecord & JsonRecord): SessionMetaRecord {
  const { agent_type, ...meta } = payload;
  if (meta.agent_role === undefined && typeof agent_type === "string") meta.agent_role = agent_type;
  meta.source ??= "vscode";
  return meta;
}

/** A permission profile from before it had a `type` becomes a managed one; anything unreadable is dropped. */
export function currentTurnContext(payload: JsonRecord): JsonRecord {
  const profile = payload["permission_profile"];
  if (profile === undefined || profile === null) return payload;
  if (isRecord(profile) && typeof profile["type"] === "string") return payload;
  const { permission_profile: _, ...rest } = payload;
  const managed = isRecord(profile) ? managedProfile(profile) : null;
  return managed === null ? rest : { ...rest, permission_profile: managed };
}

function managedProfile(profile: JsonRecord): JsonRecord | null {
  if (Object.keys(profile).some(key => key !== "network" && key !== "file_system")) return null;
  const network = profile["network"];
  const enabled = isRecord(network) && network["enabled"] === true;
  return {
    type: "managed",
    file_system: { type: "restricted", ...restrictedEntries(profile["file_system"]) },
    network: enabled ? "enabled" : "restricted",
  };
}

function restrictedEntries(fileSystem: unknown): JsonRecord {
  if (!isRecord(fileSystem)) return { entries: [] };
  if (Array.isArray(fileSystem["entries"])) {
    const depth = fileSystem["glob_scan_max_depth"];
    const withDepth = typeof depth === "number" && depth > 0;
    return { entries: fileSystem["entries"], ...(withDepth ? { glob_scan_max_depth: depth } : {}) };
  }
  const entries = (["read", "write"] as const).flatMap(access => {
    const paths = fileSystem[access];
    return Array.isArray(paths) ? paths.map(path => ({ path: { type: "path", path }, access })) : [];
  });
  return { entries };
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

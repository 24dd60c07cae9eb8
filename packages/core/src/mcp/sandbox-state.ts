import { legacyPolicy } from "../exec/permissions.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { SessionMcp } from "./session-mcp.ts";

const KEY = "codex/sandbox-state-meta";

/** What a call tells a server that restricts itself as commands are restricted; nothing for other servers. */
export function sandboxStateMeta(mcp: SessionMcp, server: string, turn: TurnScope): Record<string, unknown> {
  if (!mcp.connections.hasExperimentalCapability(server, KEY)) return {};
  const { permissions, cwd } = turn.context.settings;
  return {
    [KEY]: {
      permissionProfile: permissions,
      sandboxPolicy: legacyPolicy(permissions, cwd, turn.session.services),
      codexLinuxSandboxExe: null,
      sandboxCwd: cwd,
      useLegacyLandlock: turn.session.config.features["use_legacy_landlock"] === true,
    },
  };
}

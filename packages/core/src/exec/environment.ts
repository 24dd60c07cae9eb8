import { buildShellEnvironment } from "@codex-ts/config";
import type { Session } from "../thread/session.ts";

/** The environment a command gets: what the person's policy lets through, and the id of the thread. The sandbox adds its own markers. */
export function commandEnvironment(session: Session): Record<string, string> {
  return buildShellEnvironment(session.config.shellEnvironmentPolicy, session.services.env, {
    threadId: session.id,
    platform: session.services.platform,
  });
}

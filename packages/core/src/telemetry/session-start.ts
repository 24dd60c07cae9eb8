import type { Config } from "@codex-ts/config";
import { findGitDir } from "../context/git-info.ts";
import { legacyPolicy } from "../exec/permissions.ts";
import { autoCompactLimit, usableWindow } from "../thread/model-profile.ts";
import type { Session } from "../thread/session.ts";

/** A session begins: what holds for it, in a span of its own. */
export async function tellSessionStart(session: Session, config: Config): Promise<void> {
  if (session.telemetry === null) return;
  const { voice, parent } = session.telemetry;
  const { settings } = session;
  const model = session.modelProfile(settings.model);
  const span = voice.startSpan("session_init", { attributes: { "thread.id": session.id }, parent });
  voice.within(span).conversationStarts({
    providerName: session.client.provider.name,
    reasoningEffort: settings.effort,
    reasoningSummary: settings.summary ?? model.defaultSummary,
    contextWindow: usableWindow(model),
    autoCompactTokenLimit: autoCompactLimit(model),
    approvalPolicy: typeof settings.approvalPolicy === "string" ? settings.approvalPolicy : "granular",
    sandboxPolicy: legacyPolicy(settings.permissions, settings.cwd, session.services).type,
    mcpServers: Object.keys(config.mcpServers),
    activeProfile: config.profile,
  });
  span.end();
  if (config.profile !== null) voice.count("codex.profile.usage");
  voice.count("codex.thread.started", 1, { is_git: String((await findGitDir(settings.cwd)) !== null) });
}

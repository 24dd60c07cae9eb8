import type { UserInput } from "@codex-ts/protocol";
import type { ToolInfo } from "@codex-ts/mcp";
import { isAppTool } from "../mcp/app-policy.ts";
import { namedApps } from "../mcp/named-apps.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** A prompt names apps, whether or not there are such. */
export function trackNamedApps(turn: TurnScope, input: readonly UserInput[]): void {
  const { mcp, services } = turn.session;
  if (mcp === null || !mcp.hasApps) return;
  const ids = namedApps(input);
  for (const id of ids) turn.namedApps.add(id);
  if (ids.length === 0 || !services.analytics.wants("appsMentioned")) return;
  const names = new Map(mcp.currentTools().map(({ connectorId, connectorName }) => [connectorId, connectorName]));
  services.analytics.track({
    kind: "appsMentioned",
    tracking: trackingOf(turn),
    productClientId: services.originator,
    apps: ids.map(id => ({ connectorId: id, appName: names.get(id) ?? null, invokeType: "explicit" })),
  });
}

/** A tool of an app was called. The client tells each app once a turn. */
export function trackAppUse(turn: TurnScope, info: ToolInfo): void {
  const { analytics, originator } = turn.session.services;
  if (!isAppTool(info) || !analytics.wants("appUsed")) return;
  const { connectorId, connectorName } = info;
  const named = connectorId !== null && turn.namedApps.has(connectorId);
  analytics.track({
    kind: "appUsed",
    tracking: trackingOf(turn),
    productClientId: originator,
    app: { connectorId, appName: connectorName, invokeType: named ? "explicit" : "implicit" },
  });
}

function trackingOf({ id, session, context }: TurnScope) {
  return { modelSlug: context.model.slug, threadId: session.id, turnId: id };
}

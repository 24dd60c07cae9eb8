import type { Turn } from "@codex-ts/protocol";
import { settled, turnsOf } from "../history/turns.ts";
import type { AppServer } from "../server.ts";
import { gitOf } from "./facts.ts";
import type { ThreadHub } from "./hub.ts";

/** The turns of a loaded thread for a client that joins it: those of its record, and the one that runs as it stands. */
export async function liveTurns(server: AppServer, hub: ThreadHub): Promise<Turn[]> {
  if (hub.facts.ephemeral) return [];
  const { store } = await server.runtime();
  const stored = await store.load({ id: hub.id }).catch(() => null);
  if (stored === null) return [];
  const turns = turnsOf(stored.items);
  const active = hub.activeTurn;
  return active === null ? settled(turns) : [...settled(turns.filter(({ id }) => id !== active.id)), active];
}

/** A thread that began here learns from its record where its repository stands. */
export async function rememberGit(server: AppServer, hub: ThreadHub): Promise<void> {
  if (hub.facts.gitInfo !== null || hub.facts.ephemeral) return;
  const { store } = await server.runtime();
  hub.facts.gitInfo = gitOf((await store.summary({ id: hub.id }))?.git ?? null);
}

import type { Thread as CoreThread } from "@codex-ts/core";
import type { AppServer } from "../server.ts";
import type { ThreadFacts } from "./facts.ts";
import { ThreadHub } from "./hub.ts";
import { type ProjectSettings, skillPlaces } from "./skill-places.ts";

/** A thread that nobody listens to and that does nothing is unloaded after this long, milliseconds. */
const UNLOAD_AFTER_MS = 30 * 60 * 1000;

/** The loaded threads. */
export class ThreadHubs {
  private readonly hubs = new Map<string, ThreadHub>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Threads that are being unloaded, until they are. */
  private readonly closing = new Map<string, Promise<void>>();
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly server: AppServer) {}

  get(id: string): ThreadHub | undefined {
    return this.closing.has(id) ? undefined : this.hubs.get(id);
  }

  isClosing(id: string): boolean {
    return this.closing.has(id);
  }

  ids(): string[] {
    return [...this.hubs.keys()].sort();
  }

  add(thread: CoreThread, facts: ThreadFacts, settings: ProjectSettings): ThreadHub {
    const hub = new ThreadHub(this.server, thread, facts, () => this.remove(thread.id));
    hub.onRest = resting => this.watch(hub, resting);
    this.hubs.set(thread.id, hub);
    const places = skillPlaces(this.server, thread.settings.cwd, settings);
    this.server.skills.follow(thread.id, places, () => this.hubs.has(thread.id));
    return hub;
  }

  /** Shuts the thread down and forgets it. Tells everybody that it is closed when `announce` is set. */
  unload(hub: ThreadHub, options: { announce: boolean }): Promise<void> {
    const running = this.closing.get(hub.id);
    if (running !== undefined) return running;
    const done = hub.thread.shutdown().then(() => {
      this.remove(hub.id);
      this.closing.delete(hub.id);
      if (!options.announce) return;
      this.server.broadcast("thread/status/changed", { threadId: hub.id, status: { type: "notLoaded" } });
      this.server.broadcast("thread/closed", { threadId: hub.id });
    });
    this.closing.set(hub.id, done);
    return done;
  }

  /** Settles when no thread has a turn running. */
  async withoutTurns(): Promise<void> {
    if (!this.anyRunning()) return;
    await new Promise<void>(resolve => this.waiting.push(resolve));
  }

  /** A hub says that a turn of its thread is over. */
  turnEnded(): void {
    if (this.waiting.length === 0 || this.anyRunning()) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private anyRunning(): boolean {
    return [...this.hubs.values()].some(hub => hub.thread.state === "running");
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.hubs.values()].map(hub => this.unload(hub, { announce: false })));
  }

  private remove(id: string): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.hubs.delete(id);
    this.server.skills.forget(id);
    this.turnEnded();
  }

  private watch(hub: ThreadHub, resting: boolean): void {
    clearTimeout(this.timers.get(hub.id));
    if (!resting) return;
    const timer = setTimeout(
      () => void this.unload(hub, { announce: true }),
      this.server.options.unloadAfterMs ?? UNLOAD_AFTER_MS,
    );
    timer.unref();
    this.timers.set(hub.id, timer);
  }
}

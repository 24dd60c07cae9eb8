import { type Client, connect, opened, WebSocketTransport } from "@codex-ts/client";
import { ask, questionOf } from "./approvals.ts";
import type { ItemsView } from "./view.ts";

/** What the page shows beside the items. */
export interface Surroundings {
  items: ItemsView;
  questions: HTMLElement;
  status(status: string, flags: readonly string[]): void;
  running(turnId: string | null): void;
}

/** One connection and its one thread. */
export class Session {
  private threadId = "";
  private turnId: string | null = null;

  private constructor(
    private readonly client: Client,
    private readonly page: Surroundings,
  ) {
    this.listen();
  }

  /** Connects, shakes hands and starts a thread. @returns the session, and the folder it works in */
  static async open(url: string, page: Surroundings): Promise<{ session: Session; cwd: string }> {
    const client = connect(new WebSocketTransport(await opened(new WebSocket(url), url)));
    const session = new Session(client, page);
    await client.initialize({ clientInfo: { name: "web_client", title: "Web client", version: "0.0.0" } });
    const { thread, cwd } = await client.request("thread/start", {});
    session.threadId = thread.id;
    return { session, cwd };
  }

  /** Begins a turn, or adds to the running one. */
  async send(text: string): Promise<void> {
    const input = [{ type: "text" as const, text }];
    if (this.turnId === null) await this.client.request("turn/start", { threadId: this.threadId, input });
    else await this.client.request("turn/steer", { threadId: this.threadId, expectedTurnId: this.turnId, input });
  }

  async stop(): Promise<void> {
    if (this.turnId !== null)
      await this.client.request("turn/interrupt", { threadId: this.threadId, turnId: this.turnId });
  }

  private listen(): void {
    const { client, page } = this;
    const { items } = page;
    client.on("thread/status/changed", ({ threadId, status }) => {
      if (threadId === this.threadId) page.status(status.type, status.type === "active" ? status.activeFlags : []);
    });
    client.on("turn/started", ({ turn }) => this.turn(turn.id));
    client.on("turn/completed", ({ turn }) => {
      this.turn(null);
      items.endTurn();
      if (turn.status === "interrupted") items.say("Stopped.", "note");
    });
    client.on("item/started", ({ item }) => items.show(item));
    client.on("item/completed", ({ item }) => items.show(item));
    client.on("item/agentMessage/delta", ({ itemId, delta }) => items.grow(itemId, delta));
    client.on("item/commandExecution/outputDelta", ({ itemId, delta }) => items.grow(itemId, delta));
    client.on("turn/diff/updated", ({ diff }) => items.showDiff(diff));
    client.on("warning", ({ message }) => items.say(message, "note"));
    client.on("error", ({ error }) => items.say(error.message, "error"));
    client.handleRest((request, { signal }) => {
      const question = questionOf(request);
      if (question === null) throw new Error(`this page cannot answer ${request.method}`);
      return ask(page.questions, question, signal);
    });
    void client.closed.then(reason => {
      page.status("closed", []);
      page.running(null);
      items.say(reason === null ? "The connection is closed." : reason.message, "error");
    });
  }

  private turn(id: string | null): void {
    this.turnId = id;
    this.page.running(id);
  }
}

import { randomUUID } from "node:crypto";
import {
  AuthManager,
  claimsOf,
  fileAuthStore,
  nodeFetch,
  planTypeOf,
  type StoredTokens,
  systemClock,
} from "@codex-ts/model-provider";
import type { AppServer } from "../server.ts";

/** A login that waits for a person. */
interface WaitingLogin {
  completed: Promise<StoredTokens>;
  cancel(): void;
}

/** The logins of the process, and the one that a person is busy with. */
export class Logins {
  private readonly server: AppServer;
  private managers: Promise<AuthManager> | null = null;
  private waiting: { id: string; login: WaitingLogin } | null = null;

  constructor(server: AppServer) {
    this.server = server;
  }

  /** The runtime's own logins, so that a change counts for its next request. */
  manager(): Promise<AuthManager> {
    this.managers ??= this.findManager();
    return this.managers;
  }

  /** The manager of a runtime that was made with other credentials (a fixed key): the stored logins. */
  private async findManager(): Promise<AuthManager> {
    const { auth } = await this.server.runtime();
    if (auth instanceof AuthManager) return auth;
    return new AuthManager({
      store: fileAuthStore(this.server.options.codexHome),
      env: this.server.env,
      clock: systemClock,
      fetch: nodeFetch,
    });
  }

  /**
   * Waits for a person. Every client hears how it ends.
   * @returns the login's id
   */
  wait(login: WaitingLogin): string {
    const id = randomUUID();
    this.waiting = { id, login };
    login.completed
      .then(async tokens => {
        await (await this.manager()).loginWithTokens(tokens);
        this.ended(id, null);
        this.server.broadcast("account/updated", {
          authMode: "chatgpt",
          planType: planTypeOf(claimsOf(tokens.id_token).planType),
        });
      })
      .catch((error: unknown) => this.ended(id, failureText(error)));
    return id;
  }

  /** Ends the login that waits, if there is one; its port is free afterwards. */
  async giveUp(): Promise<void> {
    const { waiting } = this;
    this.waiting = null;
    waiting?.login.cancel();
    await waiting?.login.completed.catch(() => {});
  }

  /** @returns whether this login was waiting */
  async cancel(id: string): Promise<boolean> {
    if (this.waiting?.id !== id) return false;
    await this.giveUp();
    return true;
  }

  private ended(id: string, error: string | null): void {
    if (this.waiting?.id === id) this.waiting = null;
    this.server.broadcast("account/login/completed", { loginId: id, success: error === null, error });
  }
}

/** What clients are told when a login ends without tokens. */
function failureText(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === "timed_out") return "Login timed out";
  const why = code === "cancelled" ? "Login was not completed" : String(message ?? error);
  return `Login server error: ${why}`;
}

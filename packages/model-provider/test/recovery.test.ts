import { afterEach, describe, expect, it } from "vitest";
import {
  AuthManager,
  type AuthSource,
  commandAuth,
  type ModelObserver,
  type StoredAuth,
  systemClock,
} from "../src/index.ts";
import { chatgptToken } from "./support/jwt.ts";
import { clientFor, closeServers, collect, promptFor, serve } from "./support/run.ts";

afterEach(closeServers);

const errorJson = Buffer.from(JSON.stringify({ error: { code: "token_expired" } })).toString("base64");
const unauthorized = {
  status: 401,
  headers: {
    "x-request-id": "req1",
    "cf-ray": "ray1",
    "x-openai-authorization-error": "missing_auth",
    "x-error-json": errorJson,
  },
};
const marks = { requestId: "req1", cfRay: "ray1", authError: "missing_auth", authErrorCode: "token_expired" };

/** What is told of a stream that is never authorised: attempts as the phase they follow on, and steps of the recovery. */
async function told(auth: AuthSource, webSockets = false): Promise<unknown[]> {
  const server = await serve({ handshakes: () => unauthorized, otherwise: unauthorized });
  const notes: unknown[] = [];
  const attempt: ModelObserver["webSocketConnect"] = ({ recoveryMode, recoveryPhase, authError }) =>
    void notes.push([recoveryMode, recoveryPhase, authError]);
  const observer: ModelObserver = {
    apiRequest: facts => {
      expect(facts).toMatchObject({ ...marks, attempt: 0, retryAfterUnauthorized: facts.recoveryPhase !== null });
      attempt({ ...facts, success: false });
    },
    webSocketConnect: attempt,
    authRecovery: ({ mode, step, outcome, reason, stateChanged, ...ids }) => {
      expect(ids).toEqual(marks);
      notes.push({ mode, step, outcome, reason, stateChanged });
    },
  };
  const client = clientFor(server, webSockets ? { supports_websockets: true } : {}, { auth, webSockets });
  await collect(client.stream(promptFor(client), { observer })).catch(() => undefined);
  client.close();
  return notes;
}

/** A ChatGPT login whose renewals are answered as told. */
function login(stored: StoredAuth | null, renewal: { status: number; body: unknown }): AuthManager {
  let held: StoredAuth | null = stored;
  const store = {
    load: async () => held,
    save: async (auth: StoredAuth) => void (held = auth),
    clear: async () => false,
  };
  const answer = async () => new Response(JSON.stringify(renewal.body), { status: renewal.status });
  return new AuthManager({ store, env: {}, clock: systemClock, fetch: answer as never });
}

const tokens = () => ({
  id_token: chatgptToken("acc"),
  access_token: chatgptToken("acc"),
  refresh_token: "r1",
  account_id: "acc",
});
const step = (name: string, outcome: string, more: object = {}) => ({
  mode: "managed",
  step: name,
  outcome: `recovery_${outcome}`,
  reason: null,
  stateChanged: null,
  ...more,
});
const first = [null, null, "missing_auth"];
const after = (phase: string, mode = "managed") => [mode, phase, "missing_auth"];
const reloaded = step("reload", "succeeded", { stateChanged: false });
const exhausted = step("done", "not_run", { reason: "recovery_exhausted" });

describe("the steps after a 401 are told", () => {
  it.each([false, true])("of a login that is read again and renewed (WebSocket: %s)", async webSockets => {
    const renewed = { id_token: chatgptToken("acc"), access_token: "new", refresh_token: "r2" };
    const auth = login({ tokens: tokens() } as StoredAuth, { status: 200, body: renewed });
    const refreshed = step("refresh_token", "succeeded", { stateChanged: true });
    expect(await told(auth, webSockets)).toEqual([
      first,
      reloaded,
      after("reload"),
      refreshed,
      after("refresh_token"),
      exhausted,
    ]);
  });

  it.each([
    ["for good", 401, "failed_permanent"],
    ["for now", 500, "failed_transient"],
  ])("of a renewal that is refused %s", async (_, status, outcome) => {
    const auth = login({ tokens: tokens() } as StoredAuth, {
      status,
      body: { error: { code: "refresh_token_expired" } },
    });
    expect(await told(auth)).toEqual([first, reloaded, after("reload"), step("refresh_token", outcome)]);
  });

  it("of an API key: nothing can be done", async () => {
    const auth = login({ OPENAI_API_KEY: "k" } as StoredAuth, { status: 500, body: {} });
    expect(await told(auth)).toEqual([first, step("reload", "not_run", { reason: "not_chatgpt_auth" })]);
  });

  it("of no login at all: none", async () => {
    expect(await told(login(null, { status: 500, body: {} }))).toEqual([first]);
  });

  it("of a token command that is run again", async () => {
    const command = { command: "/bin/echo", args: ["t"], cwd: "/", timeoutMs: 5000, refreshIntervalMs: 60_000 };
    const auth = commandAuth(command, { env: { PATH: process.env.PATH }, clock: systemClock });
    const external = { mode: "external" };
    expect(await told(auth)).toEqual([
      first,
      step("external_refresh", "succeeded", { ...external, stateChanged: true }),
      after("external_refresh", "external"),
      { ...exhausted, ...external },
    ]);
  });

  it("of a token command that fails: that may pass", async () => {
    const command = { command: "/bin/false", args: [], cwd: "/", timeoutMs: 5000, refreshIntervalMs: 60_000 };
    const auth = commandAuth(command, { env: { PATH: process.env.PATH }, clock: systemClock });
    const failed = step("external_refresh", "failed_transient", { mode: "external" });
    expect(await told(auth)).toEqual([first, failed]);
  });
});

import type { Handshake, ModelServer, Reply, Script, ScriptObject } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { bearer, playVector, SOCKET, tokens, type Vector, vectors } from "./support/provider-vectors.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

/** What a vector comes to over a WebSocket, where its requests go at first. */
interface OverSocket {
  /** Requests over the WebSocket, the one that warms it up aside. */
  messages: number;
  /** Requests over HTTP, once the WebSocket is given up. */
  posts?: number;
  handshakes?: readonly Handshake[] | Handshake;
  /** Replies that the handshakes give in place of requests. */
  skipped?: number;
  /** The text where the message itself is part of it. */
  message?: string;
  /** Handshakes that are made. */
  shaken: number;
  also?: Vector["also"];
}

const auth = (server: ModelServer) => server.handshakes.map(request => request.headers["authorization"]);
const refused: Handshake = { status: 401, body: {} };

/** By the vector's number; those that are not here are of a WebSocket already. */
const table: Record<string, OverSocket> = {
  V1: { messages: 1, shaken: 1 },
  V2: { messages: 1, shaken: 1 },
  V3: { messages: 2, shaken: 2 },
  V4: { messages: 2, posts: 2, shaken: 2 },
  V5: { messages: 2, posts: 2, shaken: 2 },
  V6: { messages: 2, posts: 2, shaken: 2 },
  V7: {
    messages: 1,
    shaken: 1,
    message: JSON.stringify({ type: "error", status: 400, error: { message: "bad req" }, headers: {} }),
  },
  V8: { messages: 2, posts: 2, shaken: 2 },
  V9: { messages: 2, posts: 2, shaken: 2 },
  V10: { messages: 1, shaken: 1 },
  V11: { messages: 1, shaken: 1 },
  V12: { messages: 1, shaken: 1 },
  V13: { messages: 2, posts: 4, shaken: 2 },
  V14: { messages: 1, shaken: 1 },
  V15: { messages: 2, shaken: 2 },
  V16: { messages: 1, shaken: 1, also: server => expect(auth(server)).toEqual(bearer(2)) },
  V17: {
    messages: 1,
    handshakes: [refused],
    skipped: 1,
    shaken: 2,
    also: server => expect(auth(server)).toEqual(bearer(2, 3)),
  },
  V18: {
    messages: 0,
    posts: 4,
    handshakes: refused,
    shaken: 6,
    also: server => {
      expect(auth(server)).toEqual(bearer(2, 3, 3, 4, 4, 5));
      expect(tokens(server)).toEqual(bearer(5, 6, 6, 7));
    },
  },
  V19: { messages: 1, shaken: 1, also: server => expect(auth(server)).toEqual([undefined]) },
  V20: { messages: 0, posts: 2, handshakes: refused, shaken: 3 },
  V21: { messages: 0, shaken: 0 },
  V26: {
    messages: 1,
    shaken: 1,
    also: server => {
      const [handshake] = server.handshakes;
      expect(handshake?.url).toBe("/v1/responses?api-version=2024");
      expect(handshake?.headers).toMatchObject({ "x-a": "1", "x-e": "e" });
      expect(Object.keys(handshake?.headers ?? {})).not.toContain("x-n");
    },
  },
  V27: {
    messages: 1,
    shaken: 1,
    also: (server, threadId) => {
      const [warm, turn] = server.requests.map(request => request.body["client_metadata"] as Record<string, string>);
      const facts = (metadata: typeof warm) => JSON.parse(metadata?.["x-codex-turn-metadata"] ?? "{}") as object;
      const own = { session_id: threadId, thread_source: "user", sandbox: "seccomp" };
      expect(facts(warm)).toEqual({ ...own, turn_id: "" });
      expect(facts(turn)).toMatchObject(own);
      expect(facts(turn)).not.toMatchObject({ turn_id: "" });
    },
  },
};

/** The vector's server on both doors: what only warms a connection up is no request of the vector. */
function onSocket(script: Script, { handshakes, skipped = 0 }: OverSocket): Script {
  const { otherwise, replies = [] } = Array.isArray(script) ? { replies: script } : (script as ScriptObject);
  let next = skipped;
  return {
    respond: request =>
      request.body["generate"] === false
        ? { items: [], id: "warm" }
        : closing(replies[next++] ?? otherwise ?? { status: 400, body: "the vector is at its end" }),
    ...(handshakes === undefined ? {} : { handshakes: "status" in handshakes ? () => handshakes : handshakes }),
  } as Script;
}

/** A stream of bare events ends with them; a WebSocket has to be closed for that. */
function closing(reply: Reply | string): Reply | string {
  return typeof reply === "string" || reply.events === undefined ? reply : { ...reply, disconnectAfter: 1 };
}

const overSocket = vectors.flatMap(vector => {
  const row = table[vector.name.split(":")[0] ?? ""];
  return row === undefined ? [] : [{ vector, row, name: vector.name }];
});

describe("the known-good vectors of model providers, over a WebSocket", () => {
  it("are all of those that are not of a WebSocket already", () => {
    expect(overSocket).toHaveLength(vectors.length - ["V22", "V23", "V24", "V25"].length);
  });

  it.each(overSocket)("$name", async ({ vector, row }) => {
    const { messages, posts = 0, shaken, also } = row;
    const isWarmed = shaken > 0 && messages > 0;
    const { notices: _suppressed, ...rest } = vector;
    await playVector(bench, {
      ...rest,
      ...(row.message === undefined ? {} : { message: row.message }),
      server: onSocket(vector.server, row),
      provider: `${SOCKET}\n${vector.provider ?? ""}`,
      posts: messages + posts + (isWarmed ? 1 : 0),
      also: (server, threadId) => {
        const over = (transport: string) => server.requests.filter(request => request.transport === transport).length;
        expect([over("websocket"), over("http")]).toEqual([messages + (isWarmed ? 1 : 0), posts]);
        expect(server.handshakes).toHaveLength(shaken);
        also?.(server, threadId);
      },
    });
  });
});

import { describe, expect, expectTypeOf, it } from "vitest";
import { type Client, ClientError, connect, createPair, RpcError } from "../src/index.ts";
import { Peer } from "./support.ts";

function connected(options?: Parameters<typeof connect>[1]) {
  const [ours, theirs] = createPair();
  return { client: connect(ours, options), server: new Peer(theirs) };
}

const settled = () => new Promise(resolve => setImmediate(resolve));

describe("requests", () => {
  it("are sent with ids of their own and answered whatever the order", async () => {
    const { client, server } = connected();
    const first = client.request("thread/loaded/list", {});
    const second = client.request("account/logout");
    expect(await server.next()).toEqual({ id: 1, method: "thread/loaded/list", params: {} });
    expect(await server.next()).toEqual({ id: 2, method: "account/logout" });
    server.send({ id: 2, result: {} });
    server.send({ id: 1, result: { data: ["t"], nextCursor: null } });
    expect(await second).toEqual({});
    expect((await first).data).toEqual(["t"]);
  });

  it("fail with what the server refused", async () => {
    const { client, server } = connected();
    const asked = client.request("thread/read", { threadId: "t" });
    const { id } = await server.next();
    server.send({ id, error: { code: -32600, message: "thread not loaded: t", data: { a: 1 } } });
    await expect(asked).rejects.toThrow(RpcError);
    await expect(asked).rejects.toMatchObject({ code: -32600, message: "thread not loaded: t", data: { a: 1 } });
  });

  it("stop waiting on a signal, and a late answer is dropped", async () => {
    const { client, server } = connected();
    const controller = new AbortController();
    const asked = client.request("model/list", {}, { signal: controller.signal });
    const { id } = await server.next();
    controller.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    server.send({ id, result: {} });
    await expect(client.request("model/list", {}, { signal: controller.signal })).rejects.toThrow("enough");
    expect(server.received).toEqual([]);
  });

  it("time out by the connection's limit or their own", async () => {
    const { client } = connected({ timeoutMs: 20 });
    await expect(client.request("model/list", {})).rejects.toMatchObject({
      code: "timeout",
      message: "no answer to model/list within 20 ms",
    });
    await expect(client.request("model/list", {}, { timeoutMs: 5 })).rejects.toThrow("within 5 ms");
  });

  it("fail when the connection ends, then and later", async () => {
    const { client, server } = connected();
    const asked = client.request("model/list", {});
    await server.next();
    await server.close();
    await expect(asked).rejects.toMatchObject({ code: "closed" });
    await expect(client.request("model/list", {})).rejects.toThrow(ClientError);
    expect(await client.closed).toBeNull();
  });

  it("are typed by the protocol's table", () => {
    type Request = Client["request"];
    const ask = (client: Client) => client.request("thread/read", { threadId: "t" });
    expectTypeOf<Awaited<ReturnType<typeof ask>>["thread"]["id"]>().toEqualTypeOf<string>();
    // @ts-expect-error an unknown method
    ((request: Request) => request("thread/nope", {})) satisfies object;
    // @ts-expect-error a missing member
    ((request: Request) => request("thread/read", {})) satisfies object;
    // @ts-expect-error missing params
    ((request: Request) => request("thread/read")) satisfies object;
  });
});

describe("notifications", () => {
  it("reach every listener in order, until it is taken away", async () => {
    const { client, server } = connected();
    const seen: string[] = [];
    client.onNotification(notification => seen.push(`all ${notification.method}`));
    const off = client.on("warning", params => seen.push(params.message));
    server.send({ method: "warning", params: { threadId: null, message: "one" } });
    server.send({ method: "thread/closed", params: { threadId: "t" } });
    await settled();
    off();
    server.send({ method: "warning", params: { threadId: null, message: "two" } });
    await settled();
    expect(seen).toEqual(["all warning", "one", "all thread/closed", "all warning"]);
  });

  it("are sent without an id", async () => {
    const { client, server } = connected();
    client.notify("initialized");
    expect(await server.next()).toEqual({ method: "initialized" });
  });
});

describe("the handshake", () => {
  it("is initialize, its answer, then initialized", async () => {
    const { client, server } = connected();
    const done = client.initialize({ clientInfo: { name: "test", version: "1" } });
    expect(await server.next()).toMatchObject({ id: 1, method: "initialize" });
    expect(server.received).toEqual([]);
    server.send({ id: 1, result: { userAgent: "u", codexHome: "/h", platformFamily: "unix", platformOs: "linux" } });
    expect((await done).userAgent).toBe("u");
    expect(await server.next()).toEqual({ method: "initialized" });
  });
});

describe("requests of the server", () => {
  const ask = (id: number | string) => ({
    id,
    method: "item/fileChange/requestApproval",
    params: { threadId: "t", turnId: "u", itemId: "i", reason: null, grantRoot: null },
  });

  it("are answered by the handler of their method, with their id as it came", async () => {
    const { client, server } = connected();
    client.handle("item/fileChange/requestApproval", async params => {
      expectTypeOf(params.itemId).toEqualTypeOf<string>();
      return { decision: "accept" };
    });
    for (const id of [0, "seven"]) {
      server.send(ask(id));
      expect(await server.next()).toEqual({ id, result: { decision: "accept" } });
    }
  });

  it("are refused when nobody handles them or the handler fails", async () => {
    const { client, server } = connected();
    server.send(ask(0));
    const refusal = { code: -32000, message: "this client does not answer item/fileChange/requestApproval" };
    expect(await server.next()).toEqual({ id: 0, error: refusal });
    const off = client.handle("item/fileChange/requestApproval", () => {
      throw new RpcError(-32001, "busy", { retry: true });
    });
    server.send(ask(1));
    expect(await server.next()).toEqual({ id: 1, error: { code: -32001, message: "busy", data: { retry: true } } });
    off();
    client.handleRest(request => Promise.reject(new Error(`no ${request.method}`)));
    server.send(ask(2));
    expect(await server.next()).toMatchObject({ id: 2, error: { code: -32000 } });
  });

  it("are withdrawn when somebody else answered: the signal is aborted and no answer is sent", async () => {
    const { client, server } = connected();
    let reason: unknown = null;
    client.handle("item/fileChange/requestApproval", async (_, { signal }) => {
      await new Promise<void>(resolve => signal.addEventListener("abort", () => resolve()));
      reason = signal.reason;
      return { decision: "accept" };
    });
    server.send(ask(3));
    await settled();
    server.send({ method: "serverRequest/resolved", params: { threadId: "t", requestId: 3 } });
    await settled();
    expect(reason).toBeInstanceOf(ClientError);
    expect(server.received).toEqual([]);
  });

  it("do not hold each other up", async () => {
    const { client, server } = connected();
    client.handle("item/fileChange/requestApproval", (_, { id }) =>
      id === 0 ? new Promise<never>(() => {}) : { decision: "decline" },
    );
    server.send(ask(0));
    server.send(ask(1));
    expect(await server.next()).toEqual({ id: 1, result: { decision: "decline" } });
  });
});

describe("what is no message", () => {
  it("is passed over", async () => {
    const { client, server } = connected();
    const strange: unknown[] = [null, 5, "x", [], {}, { id: null, result: 1 }, { id: 99, result: 1 }, { method: 5 }];
    for (const message of strange) server.send(message as never);
    const asked = client.request("account/logout");
    const { id } = await server.next();
    server.send({ id, error: "odd" } as never);
    await expect(asked).rejects.toMatchObject({ code: -32603, message: "unknown error" });
  });
});

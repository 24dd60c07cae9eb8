import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

const entry = (kind: string, access: string) => ({ path: { type: "special", value: { kind } }, access });
const unrestricted = { type: "managed", network: { enabled: false }, fileSystem: { type: "unrestricted" } };

describe("the permissions that a thread starts with", () => {
  const readOnly = {
    sandbox: { type: "readOnly", access: { type: "fullAccess" }, networkAccess: false },
    permissionProfile: {
      type: "managed",
      network: { enabled: false },
      fileSystem: { type: "restricted", entries: [entry("root", "read")] },
    },
    approvalPolicy: "on-request",
    approvalsReviewer: "user",
  };

  it.each([
    ["V6: nothing was said", "", {}, readOnly],
    [
      "V7: full access",
      'sandbox_mode = "danger-full-access"',
      {},
      { sandbox: { type: "dangerFullAccess" }, permissionProfile: { type: "disabled" } },
    ],
    [
      "V7b: every file and no network",
      "",
      { permissionProfile: unrestricted },
      { permissionProfile: unrestricted, sandbox: { type: "externalSandbox", networkAccess: "restricted" } },
    ],
    [
      "V7c: a sandbox of somebody else",
      "",
      { permissionProfile: { type: "external", network: { enabled: true } } },
      {
        permissionProfile: { type: "external", network: { enabled: true } },
        sandbox: { type: "externalSandbox", networkAccess: "enabled" },
      },
    ],
  ])("%s", async (_name, config, params, shown) => {
    const client = await (await World.create({ config })).client();
    const answer = await client.call("thread/start", params);
    const names = Object.keys(shown);
    expect(Object.fromEntries(names.map(name => [name, answer[name]]))).toEqual(shown);
  });
});

describe("the turns of a thread", () => {
  it("V11: come a page at a time, the newest first, with items numbered through the thread", async () => {
    const client = await (await World.create({ script: ["one", "two"] })).client();
    const threadId = await client.thread();
    await client.turn(threadId, "a");
    const newest = await client.turn(threadId, "b");
    const page = await client.call("thread/turns/list", { threadId, limit: 1 });
    expect(page["data"]).toHaveLength(1);
    expect(page["data"][0].id).toBe(newest["turn"].id);
    expect(page["data"][0].items.map((item: Json) => item["id"])).toEqual(["item-3", "item-4"]);
    const cursor = (includeAnchor: boolean) => JSON.stringify({ turnId: newest["turn"].id, includeAnchor });
    expect(page).toMatchObject({ nextCursor: cursor(false), backwardsCursor: cursor(true) });
  });
});

describe("what a client asked not to be told", () => {
  it("V23: is not told, and all else is", async () => {
    const optOutNotificationMethods = ["thread/started", "item/started", "bogus"];
    const client = await (await World.create({ script: ["ok"] })).client({ optOutNotificationMethods });
    await client.turn(await client.thread(), "x");
    expect(client.methods()).toContain("item/completed");
    for (const method of optOutNotificationMethods) expect(client.methods()).not.toContain(method);
  });
});

describe("an account that the provider does not ask for", () => {
  it("V24: is none, also with a stored key", async () => {
    const client = await (await World.create()).client();
    await client.call("account/login/start", { type: "apiKey", apiKey: "sk-test" });
    expect(await client.call("account/read", {})).toEqual({ account: null, requiresOpenaiAuth: false });
  });
});

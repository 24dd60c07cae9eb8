import { describe, expect, it } from "vitest";
import { NetworkRequirements } from "../src/index.ts";
import { countCharacters, GetConversationSummaryParams, InputItem, SendUserTurnParams } from "../src/v1/index.ts";

const turn = {
  conversationId: "c",
  items: [],
  cwd: "/",
  approvalPolicy: "never",
  sandboxPolicy: { type: "read-only" },
  model: "m",
  effort: null,
  summary: "auto",
  outputSchema: null,
};

describe("a user turn of the older API", () => {
  it("vector 30: keeps a service tier of null apart from none at all", () => {
    const cleared = SendUserTurnParams.parse({ ...turn, serviceTier: null });
    expect(JSON.stringify(cleared)).toContain('"serviceTier":null');
    expect(JSON.stringify(SendUserTurnParams.parse(turn))).not.toContain("serviceTier");
    expect(SendUserTurnParams.parse(JSON.parse(JSON.stringify(cleared)))).toEqual(cleared);
  });
});

describe("input items of the older API", () => {
  it("carry their fields beside their type, in snake_case", () => {
    const items = [
      InputItem.parse({ type: "text", data: { text: "héllo 👋" } }),
      InputItem.parse({ type: "image", data: { image_url: "data:" } }),
    ];
    expect(items[0]).toEqual({ type: "text", data: { text: "héllo 👋", text_elements: [] } });
    expect(countCharacters(items)).toBe(7);
  });
});

describe("a conversation's summary", () => {
  it("is asked for by path when both a path and an id are given", () => {
    expect(GetConversationSummaryParams.parse({ conversationId: "c", rolloutPath: "/r" })).toEqual({
      rolloutPath: "/r",
    });
  });
});

describe("network requirements in their older form", () => {
  it("vector 31: keep the lists, and leave the maps null", () => {
    const decoded = NetworkRequirements.parse({
      allowedDomains: ["a"],
      deniedDomains: ["b"],
      allowUnixSockets: ["/s"],
    });
    expect(decoded).toMatchObject({ allowedDomains: ["a"], deniedDomains: ["b"], allowUnixSockets: ["/s"] });
    expect([decoded.domains, decoded.unixSockets]).toEqual([null, null]);
  });
});

import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { PromptHistory } from "../src/index.ts";
import { freshHome } from "./support.ts";

const START = Date.UTC(2026, 5, 1, 12);

describe("prompt history", () => {
  it("keeps prompts private, in order, and finds them again by file and offset", async () => {
    const home = freshHome();
    const history = new PromptHistory({ codexHome: home, now: () => START });
    await Promise.all(["a", "b\nc"].map(text => history.append("s", text)));
    const file = path.join(home, "history.jsonl");
    expect(readFileSync(file, "utf8").split("\n").sort()).toContain(
      `{"session_id":"s","ts":${START / 1000},"text":"b\\nc"}`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { logId, count } = await history.metadata();
    expect(count).toBe(2);
    expect(await history.lookup(logId, 5)).toBeNull();
    expect(await history.lookup(logId + 1, 0)).toBeNull();
    expect(await history.lookup(0, 0)).toMatchObject({ sessionId: "s", time: START / 1000 });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it("drops the oldest prompts when it grows too large, never the newest", async () => {
    const home = freshHome();
    const history = new PromptHistory({ codexHome: home, maxBytes: 300, now: () => START });
    for (let n = 0; n < 20; n++) await history.append("s", `prompt ${n}`);
    const texts = readFileSync(path.join(home, "history.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map(line => JSON.parse(line).text);
    expect(texts.at(-1)).toBe("prompt 19");
    expect(texts.length).toBeLessThan(7);
    await history.append("s", "x".repeat(1_000));
    expect((await history.metadata()).count).toBe(1);
  });

  it("keeps nothing when told so", async () => {
    const home = freshHome();
    await new PromptHistory({ codexHome: home, persistence: "none" }).append("s", "secret");
    expect(existsSync(path.join(home, "history.jsonl"))).toBe(false);
  });
});

import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, program } from "./support/cli.ts";
import { hasBwrap } from "./support/engines.ts";
import { scriptMounted } from "./support/lacking.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const exec = `${process.execPath} ${program} exec --skip-git-repo-check`;
const PATIENCE = { timeout: 180_000 };

/** Lines of a session file that are JSON, and how many are not. */
function linesOf(file: string): { records: { type: string; payload: Record<string, unknown> }[]; torn: number } {
  const texts = readFileSync(file, "utf8")
    .split("\n")
    .filter(line => line.trim() !== "");
  const records = texts.flatMap(text => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
  return { records, torn: texts.length - records.length };
}

const warnings = (text: string) => text.match(/Failed to save the conversation transcript/g) ?? [];

describe.runIf(hasBwrap())("a disk that refuses", () => {
  it(
    "because it is full: the turn goes on after one warning, and the thread goes on when there is room again",
    PATIENCE,
    async () => {
      const server = await bench.model([{ text: "long ".repeat(60_000) }, { text: "after" }]);
      const sessions = path.join(bench.home, "sessions");
      const full = path.join(bench.root, "full.jsonl");
      const after = path.join(bench.root, "after.jsonl");
      const script = `
      head -c 7900000 /dev/zero > ${sessions}/filler
      ${exec} first || exit 91
      cp $(find ${sessions} -name 'rollout-*') ${full}
      rm ${sessions}/filler
      ${exec} resume --last second || exit 92
      cp $(find ${sessions} -name 'rollout-*') ${after}`;
      const result = await scriptMounted(bench, ["--size", "8000000", "--tmpfs", sessions], script);
      expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code: 0 });
      expect(result.stdout).toContain("long long");
      expect(result.stdout).toMatch(/after\n$/);
      expect(warnings(result.stderr)).toHaveLength(1);

      const cut = linesOf(full);
      expect(cut.records[0]?.type).toBe("session_meta");
      expect(cut.torn).toBeLessThanOrEqual(1);
      expect(cut.records.filter(record => record.payload["type"] === "task_complete")).toHaveLength(0);

      const whole = linesOf(after);
      expect(whole.torn).toBe(cut.torn);
      expect(whole.records.slice(0, cut.records.length)).toEqual(cut.records);
      expect(whole.records.at(-1)?.payload["type"]).toBe("task_complete");
      expect(JSON.stringify(server.requests[1]!.body)).toContain("first");
    },
  );

  it("because CODEX_HOME cannot be written: the turn goes on after one warning", PATIENCE, async () => {
    await bench.model([{ text: "answered" }]);
    const result = await scriptMounted(bench, ["--ro-bind", bench.home, bench.home], `${exec} hello`);
    expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code: 0 });
    expect(result.stdout).toBe("answered\n");
    expect(warnings(result.stderr)).toHaveLength(1);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { SkillWatch } from "../src/threads/skill-watch.ts";
import { World } from "./harness.ts";

function writeSkill(folder: string, description: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "SKILL.md"), `---\nname: tidy\ndescription: ${description}\n---\n\nTidy.\n`);
}

/** Changes a skill again and again until it was noticed: a watch takes a moment to begin. */
async function changeUntil(folder: string, noticed: () => boolean): Promise<void> {
  for (let version = 0; !noticed(); version += 1) {
    writeSkill(folder, `Version ${version}.`);
    await sleep(50);
  }
}

/** A number once it has stayed the same for a while. */
async function settled(read: () => number): Promise<number> {
  for (;;) {
    const before = read();
    await sleep(1000);
    if (read() === before) return before;
  }
}

describe("skills that change on the disk", () => {
  it("are told of to every client, and the list has them", async () => {
    const world = await World.create();
    const skills = path.join(world.workspace, ".agents", "skills");
    mkdirSync(skills, { recursive: true });
    const [owner, other] = [await world.client(), await world.client()];
    await owner.thread();
    const told = () => other.log().some(line => line.includes("skills/changed"));
    await changeUntil(path.join(skills, "tidy"), told);
    expect(await owner.seen("skills/changed")).toEqual({ method: "skills/changed", params: {} });
    const { data } = await other.call("skills/list", {});
    expect(data[0].skills).toMatchObject([{ name: "tidy", scope: "repo" }]);
  });
});

describe("the watch of skills", () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  function made(quietMs: number) {
    const folder = mkdtempSync(path.join(os.tmpdir(), "codex-ts-skills-"));
    const places = (name: string) => {
      const codexHome = path.join(folder, name);
      mkdirSync(path.join(codexHome, "skills"), { recursive: true });
      return { cwd: folder, codexHome, home: null, rootMarkers: [] };
    };
    const told: number[] = [];
    const lines: string[] = [];
    const watch = new SkillWatch(
      () => told.push(performance.now()),
      line => lines.push(line),
      quietMs,
    );
    cleanups.push(
      () => rmSync(folder, { recursive: true, force: true }),
      () => watch.close(),
    );
    return { folder, places, told, lines, watch };
  }

  it("tells at once, then once for all that happens in the quiet time", async () => {
    const { folder, places, told, watch } = made(1_000);
    watch.follow("a", places("home"), () => true);
    const skill = path.join(folder, "home", "skills", "tidy");
    await changeUntil(skill, () => told.length > 0);
    for (let version = 0; version < 10; version += 1) {
      writeSkill(skill, `Again ${version}.`);
      await sleep(20);
    }
    await changeUntil(skill, () => told.length > 1);
    expect(told[1]! - told[0]!).toBeGreaterThanOrEqual(990);
  });

  it("leaves alone the folders of threads that are gone, and what the program installs itself", async () => {
    const { folder, places, told, watch } = made(0);
    const gone = path.join(folder, "gone", "skills", "tidy");
    watch.follow("a", places("gone"), () => true);
    watch.follow("b", places("kept"), () => true);
    await changeUntil(gone, () => told.length > 0);
    watch.forget("a");
    const kept = path.join(folder, "kept", "skills", "tidy");
    await changeUntil(kept, () => told.length > 1);
    const before = await settled(() => told.length);
    writeSkill(gone, "Nobody looks.");
    writeSkill(path.join(folder, "kept", "skills", ".system", "own"), "Installed.");
    await sleep(500);
    expect(told).toHaveLength(before);
    await changeUntil(kept, () => told.length > before);
  });

  it("looks at a folder that is made later from the next thread on", async () => {
    const { folder, places, told, watch } = made(0);
    const later = { ...places("home"), codexHome: path.join(folder, "later") };
    watch.follow("a", later, () => true);
    const skill = path.join(folder, "later", "skills", "tidy");
    writeSkill(skill, "Made later.");
    await sleep(300);
    expect(told).toEqual([]);
    watch.follow("b", later, () => true);
    await changeUntil(skill, () => told.length > 0);
  });

  it("does not begin for a thread that is closed by then, nor on a closed server", async () => {
    const { folder, places, told, lines, watch } = made(0);
    watch.follow("a", places("home"), () => false);
    await watch.close();
    watch.follow("b", places("home"), () => true);
    await sleep(200);
    writeSkill(path.join(folder, "home", "skills", "tidy"), "Too late.");
    await sleep(300);
    expect([told, lines]).toEqual([[], []]);
  });
});

import { mkdirSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expandDenyGlobs, ListingCache, MAX_GLOB_MATCHES } from "../src/linux/deny-globs.ts";
import { makePlace, type Place } from "./support/engines.ts";

let place: Place;
beforeEach(() => {
  place = makePlace();
  for (const file of ["a.env", "top/b.env", "top/sub/c.env", "top/sub/deep/d.env", ".hidden/e.env", "plain.txt"]) {
    mkdirSync(path.dirname(path.join(place.W, file)), { recursive: true });
    writeFileSync(path.join(place.W, file), "");
  }
});
afterEach(() => place.remove());

const expand = async (patterns: string[], maxDepth: number | null = null, cache?: ListingCache) => {
  const absolute = patterns.map(pattern => `${place.W}/${pattern}`);
  const found = await expandDenyGlobs({ patterns: absolute, maxDepth, ...(cache ? { cache } : {}) });
  return found.map(file => path.relative(place.W, file));
};

describe("deny-read globs", () => {
  it.each([
    ["**/*.env", null, [".hidden/e.env", "a.env", "top/b.env", "top/sub/c.env", "top/sub/deep/d.env"]],
    ["**/*.env", 1, ["a.env"]],
    ["**/*.env", 2, [".hidden/e.env", "a.env", "top/b.env"]],
    ["**/*.env", 0, []],
    ["*.env", null, ["a.env"]],
    ["top/*/c.env", null, ["top/sub/c.env"]],
    ["top/**/[cd].env", null, ["top/sub/c.env", "top/sub/deep/d.env"]],
    ["top/s?b/*", null, ["top/sub/c.env"]],
    ["{a,top/*,top/sub/*/d}.env", null, ["a.env", "top/b.env", "top/sub/deep/d.env"]],
    ["**/sub", null, []],
    ["missing/**/*.env", null, []],
    ["plain.txt", null, ["plain.txt"]],
  ])("%s with depth %s", async (pattern, depth, found) => {
    expect(await expand([pattern], depth)).toEqual(found);
  });

  it("look no deeper than a pattern reaches", async () => {
    const cache = new ListingCache();
    const looked: string[] = [];
    const list = cache.list.bind(cache);
    cache.list = (folder, now) => {
      looked.push(path.relative(place.W, folder));
      return list(folder, now);
    };
    expect(await expand(["top/*.env", "*/sub/*.env"], null, cache)).toEqual(["top/b.env", "top/sub/c.env"]);
    expect(looked.sort()).toEqual(["", ".hidden", "top", "top", "top/sub"]);
  });

  it("at the root look at the disk, as deep as they may, and not at the kernel's own folders", async () => {
    const looked: string[] = [];
    const cache = new ListingCache();
    const list = cache.list.bind(cache);
    cache.list = (folder, now) => {
      looked.push(folder);
      return list(folder, now);
    };
    const found = await expandDenyGlobs({ patterns: ["/**/no such file"], maxDepth: 2, cache });
    expect(found).toEqual([]);
    expect(looked).toEqual(expect.arrayContaining(["/", "/etc", "/usr"]));
    expect(looked.filter(folder => /^\/(?:proc|sys|dev)(?:\/|$)|\/.+\//.test(folder))).toEqual([]);
    looked.length = 0;
    await expandDenyGlobs({ patterns: ["/*/*/no such file"], maxDepth: null, cache });
    expect(looked.filter(folder => /^\/(?:proc|sys|dev)(?:\/|$)/.test(folder))).toEqual(["/dev/shm"]);
  });

  it("refuse more than can be looked at, and ask for a depth", async () => {
    const patterns = [`${place.W}/**/*.env`];
    await expect(expandDenyGlobs({ patterns, maxDepth: null, maxEntries: 8 })).rejects.toThrow(
      `the deny-read patterns below ${place.W} cover more than 8 files; nothing was run. Set glob_scan_max_depth`,
    );
    expect(await expandDenyGlobs({ patterns, maxDepth: 1, maxEntries: 8 })).toEqual([`${place.W}/a.env`]);
  });

  it("treat an unclosed bracket as a letter", async () => {
    writeFileSync(`${place.W}/x[y.env`, "");
    expect(await expand(["*[y.env"])).toEqual(["x[y.env"]);
  });

  it("hide what a matching link leads to, and never walk through links", async () => {
    symlinkSync("plain.txt", `${place.W}/l.env`);
    symlinkSync("/nowhere", `${place.W}/dangling.env`);
    symlinkSync("top", `${place.W}/folder.env`);
    symlinkSync(".", `${place.W}/loop`);
    expect(await expand(["*.env"])).toEqual(["a.env", "plain.txt"]);
  });

  it("list a file below a linked search folder under both spellings", async () => {
    symlinkSync(place.W, path.join(place.O, "w"));
    const found = await expandDenyGlobs({ patterns: [`${place.O}/w/*.env`], maxDepth: null });
    expect(found).toEqual([`${place.O}/w/a.env`, `${place.W}/a.env`]);
  });

  it("refuse more matches than can be mounted", async () => {
    mkdirSync(`${place.W}/many`);
    for (let index = 0; index <= MAX_GLOB_MATCHES; index++) writeFileSync(`${place.W}/many/${index}.key`, "");
    await expect(expand(["**/*.key"])).rejects.toThrow(/matched more than 8192 paths/);
  });

  it("refuse a pattern that cannot be understood", async () => {
    await expect(expand(["*.{env"])).rejects.toThrow(/cannot enforce the deny-read pattern/);
  });

  it("see every change although unchanged folders are remembered", async () => {
    const cache = new ListingCache();
    const old = new Date(Date.now() - 60_000);
    utimesSync(`${place.W}/top`, old, old);
    expect(await expand(["top/*.env"], null, cache)).toEqual(["top/b.env"]);
    writeFileSync(`${place.W}/top/new.env`, "");
    expect(await expand(["top/*.env"], null, cache)).toEqual(["top/b.env", "top/new.env"]);
    unlinkSync(`${place.W}/top/b.env`);
    expect(await expand(["top/*.env"], null, cache)).toEqual(["top/new.env"]);
  });
});

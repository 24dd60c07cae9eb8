import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodePathFs } from "@codex-ts/permissions/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  compileReadDeny,
  fileSystemWritableRoots,
  type FileSystemSandboxEntry,
  intersect,
  isPathWritable,
  normalizeOverlay,
  resolveAccess,
  restricted,
} from "../src/index.ts";
import { cwd, deny, path as at, root } from "./entries.ts";

let base: string;
let work: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), "real-paths-")));
  work = path.join(base, "work");
  for (const folder of ["work/open/deep", "work/secret/deep", "outside"]) {
    mkdirSync(path.join(base, folder), { recursive: true });
  }
  for (const file of ["work/secret/key", "work/open/a.env", "work/caf\u00e9", "outside/z"]) {
    writeFileSync(path.join(base, file), "x");
  }
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const ctx = () => ({ cwd: work, slashTmp: false, fs: nodePathFs });
const denies = (entry: FileSystemSandboxEntry) => {
  const matcher = compileReadDeny(restricted([root("read"), entry]), ctx());
  return (name: string) => matcher?.denies(name) ?? false;
};

describe("a denied folder of this machine", () => {
  it.each([
    "secret",
    "secret/",
    "secret//key",
    "./secret/./key",
    "open/../secret/key",
    "open/deep/../../secret/key",
    "missing/../secret/key",
    "../work/secret/key",
    "secret/missing/new",
    "way/key",
    "chain/key",
    "open/in/key",
    "self/self/secret/key",
    "self/way/key",
    "one",
  ])("is denied as %s", name => {
    symlinkSync("secret", path.join(work, "way"));
    symlinkSync("way", path.join(work, "chain"));
    symlinkSync("../secret", path.join(work, "open/in"));
    symlinkSync(".", path.join(work, "self"));
    symlinkSync(path.join(work, "secret/key"), path.join(work, "one"));
    expect(denies(at(`${work}/secret`, "none"))(name)).toBe(true);
    expect(denies(at(`${work}/secret/`, "none"))(`${work}/${name}`)).toBe(true);
  });

  it("is denied through the folders of processes", () => {
    const denied = denies(at(`${work}/secret`, "none"));
    expect(denied(`/proc/self/root${work}/secret/key`)).toBe(true);
    expect(denied(`/proc/${process.pid}/root${work}/secret/key`)).toBe(true);
    expect(denied(`/proc/self/root${work}/open`)).toBe(false);
  });

  it("is denied where the rule names a link, by the link and by what it leads to", () => {
    symlinkSync("secret", path.join(work, "way"));
    for (const name of ["way", "way/key", "secret/key"]) expect(denies(at(`${work}/way`, "none"))(name)).toBe(true);
  });

  it("is not its neighbours", () => {
    for (const folder of ["secret2", "Secret", "secre"]) mkdirSync(path.join(work, folder));
    const denied = denies(at(`${work}/secret`, "none"));
    for (const name of ["secret2", "Secret", "secre", "open", "secret/..", "secret/../open", ".", ""]) {
      expect([name, denied(name)]).toEqual([name, false]);
    }
  });

  it("is denied by its name of today, after it moved under another one", () => {
    const denied = denies(at(`${work}/secret`, "none"));
    renameSync(path.join(work, "secret"), path.join(work, "moved"));
    symlinkSync("moved", path.join(work, "secret"));
    expect(denied("secret/key")).toBe(true);
  });

  it("cannot be told from a second name that the file had before", () => {
    linkSync(path.join(work, "secret/key"), path.join(work, "open/same"));
    expect(denies(at(`${work}/secret`, "none"))("open/same")).toBe(false);
  });
});

describe("a denied pattern", () => {
  it.each<[string, string[], string[]]>([
    ["**/*.env", ["open/a.env", "./open//a.env", "link.txt", "open/../open/a.env", "open/a.env/"], ["open/A.ENV"]],
    ["open/", ["open", "open/"], ["open/a.env"]],
    ["", ["", "."], ["open"]],
    ["/", [], ["open"]],
    ["open/../secret/*", ["secret/key", "secret/deep"], ["open/a.env", "secret/deep/x"]],
    ["[s]ecret/key", ["secret/key"], ["[s]ecret/key"]],
    ["secret/{key,deep}", ["secret/key", "secret/deep"], ["secret/other"]],
    ["caf\u00e9", ["caf\u00e9"], ["cafe\u0301"]],
    ["SECRET/*", [], ["secret/key"]],
    ["~/x", [`${"~"}/x`], ["x"]],
  ])("%j", (pattern, yes, no) => {
    symlinkSync("open/a.env", path.join(work, "link.txt"));
    const denied = denies(deny(pattern));
    expect(yes.filter(name => !denied(name))).toEqual([]);
    expect(no.filter(denied)).toEqual([]);
  });

  it.each(["secret/[z-a]", "secret/{key", "secret/key}", "secret/\\"])(
    "that nobody can read denies everything: %s",
    pattern => expect(["open/a.env", "/etc/hostname", "."].filter(name => !denies(deny(pattern))(name))).toEqual([]),
  );
});

describe("a writable folder of this machine", () => {
  const roots = (...entries: FileSystemSandboxEntry[]) => fileSystemWritableRoots(restricted(entries), ctx());
  const writable = (found: ReturnType<typeof roots>, name: string) =>
    found.some(each => isPathWritable(each, path.join(work, name)));

  it("keeps what is read-only in it so, by any spelling of the rule", () => {
    for (const spelling of [`${work}/secret`, `${work}/secret/`, `${work}/open/../secret`, `${work}//secret`]) {
      const found = roots(root("read"), cwd("write"), at(spelling, "read"));
      expect([writable(found, "secret/key"), writable(found, "open/x")]).toEqual([false, true]);
      expect(resolveAccess(restricted([cwd("write"), at(spelling, "read")]), "secret/key", ctx())).toBe("read");
    }
  });

  it("has a link that stands for a read-only part masked itself, so that it cannot be replaced", () => {
    symlinkSync("secret", path.join(work, "way"));
    const [found] = roots(root("read"), cwd("write"), at(`${work}/way`, "read"));
    expect(found?.read_only_subpaths).toContain(`${work}/way`);
  });

  it("does not reach out of a grant by dots or by a name that only begins like it", () => {
    const asked = { network: null, file_system: { entries: [at(`${work}/open`, "write")] } };
    const grant = (...entries: FileSystemSandboxEntry[]) =>
      intersect(asked, normalizeOverlay({ network: null, file_system: { entries } }, ctx()), ctx()).file_system;
    expect(
      grant(at(`${work}/open/../secret`, "write"), at(`${work}/open2`, "write"), at(`${work}/openx/..`, "write")),
    ).toBeNull();
    expect(grant(at(`${work}/secret/../open/deep/`, "write"))?.entries).toEqual([at(`${work}/open/deep`, "write")]);
  });
});

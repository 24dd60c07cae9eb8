import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromLegacy, isReadDenied, pathEntry, restricted, specialEntry, writableRoots } from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;
const at = (name: string) => path.join(root, name);

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "permissions-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the file system of this machine", () => {
  it("tells kinds with and without following links, and null for what is not there", () => {
    mkdirSync(at("d"));
    writeFileSync(at("f"), "x");
    symlinkSync("f", at("l"));
    symlinkSync("nowhere", at("dangling"));
    const names = ["d", "f", "l", "dangling", "none", "f/x"];
    expect(names.map(name => nodePathFs.lstat(at(name)))).toEqual([
      "directory",
      "file",
      "symlink",
      "symlink",
      null,
      null,
    ]);
    expect(names.map(name => nodePathFs.stat(at(name)))).toEqual(["directory", "file", "file", null, null, null]);
    expect(nodePathFs.stat("/dev/null")).toBe("other");
    expect(nodePathFs.realpath(at("l"))).toBe(at("f"));
    expect(nodePathFs.realpath(at("dangling"))).toBeNull();
    expect(nodePathFs.stat("a\0b")).toBeNull();
  });

  it("reads small files only", () => {
    writeFileSync(at("small"), "gitdir: x");
    writeFileSync(at("large"), "x".repeat(100_000));
    expect(nodePathFs.readText(at("small"))).toBe("gitdir: x");
    expect(nodePathFs.readText(at("large"))).toBeNull();
    expect(nodePathFs.readText(root)).toBeNull();
  });

  it("lets a linked work tree protect its repository", () => {
    mkdirSync(at("repo/.git/worktrees/w"), { recursive: true });
    mkdirSync(at("w"));
    writeFileSync(at("w/.git"), "gitdir: ../repo/.git/worktrees/w\n");
    const ctx = { cwd: at("w"), slashTmp: false, fs: nodePathFs };
    const profile = fromLegacy({ type: "workspace-write" }, ctx);
    const [found] = writableRoots(profile, ctx);
    expect(found?.read_only_subpaths).toEqual([at("w/.git"), at("w/.codex")]);
    expect(profile).toMatchObject({
      file_system: { entries: expect.arrayContaining([pathEntry(at("repo/.git/worktrees/w"), "read")]) },
    });
  });

  it("does not let a link lead around a denial", () => {
    mkdirSync(at("secret"));
    writeFileSync(at("secret/key"), "k");
    chmodSync(at("secret/key"), 0o600);
    symlinkSync("secret", at("way"));
    const policy = restricted([specialEntry({ kind: "root" }, "read"), pathEntry(at("secret"), "none")]);
    expect(isReadDenied(policy, "way/key", { cwd: root, fs: nodePathFs })).toBe(true);
    expect(isReadDenied(policy, "other", { cwd: root, fs: nodePathFs })).toBe(false);
  });
});

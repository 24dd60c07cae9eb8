import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { socketBy32BitCall } from "./support/elf32.ts";
import { bwrapEngine, engines, makePlace, type Place, readOnly, shell, workspaceWrite } from "./support/engines.ts";

const ATTACK = path.join(import.meta.dirname, "support/attack.mjs");
const root = process.geteuid?.() === 0;

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const outside = () => readFileSync(`${place.O}/f`, "utf8");

function found(program: string): string | null {
  const { stdout, status } = spawnSync("/bin/sh", ["-c", `command -v ${program}`], { encoding: "utf8" });
  return status === 0 ? realpathSync(stdout.trim()) : null;
}

describe.each(engines)("$name also stops", engine => {
  const run = (command: string, permissions = workspaceWrite(place.W)) => shell(engine, place.W, permissions, command);

  it.runIf(engine.works)("writing through a descriptor that was opened for reading", async () => {
    const { O } = place;
    await run(
      [
        `exec 3< ${O}/f`,
        "echo x > /proc/self/fd/3",
        "echo x > /dev/fd/3",
        `echo x > /proc/thread-self/root${O}/f`,
        `for t in /proc/self/task/*; do echo x > $t/root${O}/f; echo x > $t/cwd/../other/f; done`,
        `exec 4< ${O}; touch /proc/self/fd/4/new; mkdir /proc/self/fd/4/new`,
      ].join("\n"),
    );
    expect([outside(), readdirSync(O)]).toEqual(["outside\n", ["f"]]);
  });

  it.runIf(engine.works)("opening a file by its number on the disk", async () => {
    const command = `'${process.execPath}' '${ATTACK}' openByHandle '${place.O}/f'`;
    const { stdout } = await run(command, workspaceWrite(place.W, { network_access: true }));
    expect(JSON.parse(stdout)).toMatchObject({ ok: false });
    expect(outside()).toBe("outside\n");
  });

  it.runIf(engine.works && root)("writing through another mount of the same folder", async () => {
    const { base, W, O } = place;
    const [store, alias] = [path.join(base, "store"), path.join(base, "alias")];
    mkdirSync(store);
    mkdirSync(alias);
    mkdirSync(`${W}/.git`);
    execFileSync("mount", ["--bind", base, alias]);
    try {
      await run(`echo x > ${alias}/other/f; touch ${alias}/other/new ${alias}/store/new; mv ${alias}/other/f ${W}/f`);
      expect([outside(), readdirSync(O), readdirSync(store)]).toEqual(["outside\n", ["f"], []]);
      await run(`touch ${alias}/work/.git/x ${alias}/work/.git/hooks; mkdir ${alias}/work/.git/hooks`);
      // Landlock does not claim to protect what lies inside of a writable root.
      expect(engine.name === "bwrap" ? readdirSync(`${W}/.git`) : []).toEqual([]);
    } finally {
      execFileSync("umount", ["-l", alias]);
    }
  });

  it.runIf(engine.works && root && found("id"))("becoming another user through a set-user-id program", async () => {
    const program = path.join(place.O, "suid-id");
    copyFileSync(found("id") ?? "", program);
    chmodSync(place.base, 0o755);
    chownSync(program, 65534, 65534);
    chmodSync(program, 0o4755);
    // Without a sandbox it works, where the folder's mount allows it.
    const plain = execFileSync(program, ["-u"], { encoding: "utf8" });
    const inside = await run(`${program} -u; ${program} -ru`);
    expect(["65534\n", "0\n"]).toContain(plain);
    expect(inside.stdout).toBe("0\n0\n");
  });

  it.runIf(engine.works && process.arch === "x64")("reaching the network through 32-bit system calls", async () => {
    const program = path.join(place.W, "socket32");
    writeFileSync(program, socketBy32BitCall(), { mode: 0o755 });
    const plain = spawnSync(program);
    // Where the kernel runs such programs at all, it opens the socket for an unconfined one.
    expect([42, 126, 127]).toContain(plain.status ?? 126);
    const confined = await run("./socket32", readOnly(place.W));
    expect(plain.status === 42 ? [159] : [126, 127]).toContain(confined.exitCode);
  });

  it.runIf(engine.works)("a swarm that the command leaves in its group", async () => {
    const mark = `sleep 91${process.pid}${engine.name.length}`;
    await run(`i=0; while [ $i -lt 100 ]; do ${mark} >/dev/null 2>&1 & i=$((i+1)); done`);
    await gone(mark);
  });

  it.runIf(engine.works)("variables of the agent that its command was not given", async () => {
    process.env.SANDBOX_TEST_TOKEN = "s3cr3t";
    try {
      const command = `env; cat /proc/self/environ /proc/1/environ /proc/${process.pid}/environ /proc/${process.ppid}/environ`;
      const result = await run(`(${command}) 2>/dev/null | tr '\\0' '\\n'`);
      expect(result.stdout).toContain("PATH=");
      expect(result.stdout).not.toContain("s3cr3t");
    } finally {
      delete process.env.SANDBOX_TEST_TOKEN;
    }
  });
});

describe("bwrap also stops", () => {
  const run = (command: string, permissions = workspaceWrite(place.W)) =>
    shell(bwrapEngine, place.W, permissions, command);

  it.runIf(bwrapEngine.works && found("git"))("git from being told of hooks elsewhere", async () => {
    const { W } = place;
    const git = (...args: string[]) => execFileSync("git", ["-C", W, ...args], { encoding: "utf8" });
    git("init", "-q");
    const before = readFileSync(`${W}/.git/config`, "utf8");
    mkdirSync(`${W}/evil`);
    writeFileSync(`${W}/evil/pre-commit`, "#!/bin/sh\ntouch owned\n", { mode: 0o755 });
    const result = await run(
      [
        "git config core.hooksPath evil",
        "git config --file .git/config core.hooksPath evil",
        "git config --worktree core.hooksPath evil",
        "cp evil/pre-commit .git/hooks/",
        "git init -q --separate-git-dir=evil/git .",
        "git init -q --template=evil .",
        "git worktree add ../tree; git worktree add tree",
      ].join("; "),
    );
    expect(result.stderr).toMatch(/Read-only file system|could not lock/);
    expect(readFileSync(`${W}/.git/config`, "utf8")).toBe(before);
    expect(existsSync(`${W}/.git/hooks/pre-commit`)).toBe(false);
    expect(git("rev-parse", "--git-path", "hooks").trim()).toBe(".git/hooks");
  });

  it.runIf(bwrapEngine.works)("its own mark from being written, and from reaching the command", async () => {
    const result = await run(
      "ls -l /proc/self/fd; for f in /proc/1/fd/*; do case $(readlink $f) in *codex-ts*) echo x 2>/dev/null > $f && echo WRITTEN;; esac; done",
      readOnly(place.W),
    );
    expect(result.stdout).not.toMatch(/codex-ts-guard|WRITTEN/);
  });

  it.runIf(bwrapEngine.works)("reading a hidden file after renaming a folder on the way to it", async () => {
    const { W } = place;
    mkdirSync(`${W}/a/b/.git`, { recursive: true });
    mkdirSync(`${W}/a/b/sec`);
    writeFileSync(`${W}/a/b/sec/k`, "TOPSECRET");
    const entries = [
      { path: { type: "special", value: { kind: "root" } }, access: "read" },
      { path: { type: "special", value: { kind: "project_roots" } }, access: "write" },
      { path: { type: "path", path: `${W}/a/b/sec` }, access: "none" },
    ] as const;
    const profile = {
      type: "managed" as const,
      file_system: { type: "restricted" as const, entries: [...entries] },
      network: "restricted" as const,
    };
    const result = await run(
      "mv a moved; cat moved/b/sec/k; mv moved/b/sec taken; cat taken/k; rm -rf moved/b/sec",
      profile,
    );
    expect(result.stdout).not.toContain("TOPSECRET");
    // The rule names a path: the next command's sandbox would look for it where it was. The file itself is untouched.
    expect(readFileSync(`${W}/moved/b/sec/k`, "utf8")).toBe("TOPSECRET");
  });
});

/** Waits until no process has this command line; killed processes take a moment to go. */
async function gone(commandLine: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (running(commandLine).length > 0 && Date.now() < deadline)
    await new Promise(resolve => setTimeout(resolve, 20));
  expect(running(commandLine)).toEqual([]);
}

/** The processes of this machine with this command line. */
function running(commandLine: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      const words = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
      return words.split("\0").join(" ").trim() === commandLine;
    } catch {
      return false;
    }
  });
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { globEntry, pathEntry, type PermissionProfile, specialEntry } from "@codex-ts/permissions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runSandboxed, SandboxError } from "../src/index.ts";
import { bundleProgram } from "./support/bundle.ts";
import {
  bwrapEngine,
  engines,
  landlockEngine,
  makePlace,
  type Place,
  readOnly,
  shell,
  workspaceWrite,
} from "./support/engines.ts";

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const managed = (
  entries: Extract<Extract<PermissionProfile, { type: "managed" }>["file_system"], { type: "restricted" }>["entries"],
): PermissionProfile => ({
  type: "managed",
  file_system: { type: "restricted", entries },
  network: "restricted",
});
const root = specialEntry({ kind: "root" }, "read");
const workspace = specialEntry({ kind: "project_roots" }, "write");

describe.each(engines)("with $name", engine => {
  it.runIf(engine.works)("S20: read-only refuses to write and lets read", async () => {
    const { W, O } = place;
    const result = await shell(engine, W, readOnly(W), `touch ${W}/a; cat ${O}/f`);
    expect(result).toMatchObject({ sandbox: engine.name, exitCode: 0, stdout: "outside\n" });
    expect(result.stderr).toMatch(/Read-only file system|Permission denied/);
    expect(readdirSync(W)).toEqual([]);
  });

  it.runIf(engine.works)("workspace-write lets write inside and nowhere else", async () => {
    const { W, O } = place;
    const result = await shell(engine, W, workspaceWrite(W), `echo 1 > a; mkdir d && echo 2 > d/b; touch ${O}/x`);
    expect(result).toMatchObject({ exitCode: 1, denied: true });
    expect([readFileSync(`${W}/a`, "utf8"), readFileSync(`${W}/d/b`, "utf8"), existsSync(`${O}/x`)]).toEqual([
      "1\n",
      "2\n",
      false,
    ]);
  });

  it.runIf(engine.works)("S21: a missing .git may be made", async () => {
    expect((await shell(engine, place.W, workspaceWrite(place.W), "touch .git")).exitCode).toBe(0);
  });

  it.runIf(engine.works)(
    "S25: a command without network runs under the filter and without new privileges",
    async () => {
      const result = await shell(engine, place.W, readOnly(place.W), "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status");
      expect(result.stdout).toBe("NoNewPrivs:\t1\nSeccomp:\t2\n");
    },
  );

  it.runIf(engine.works)("a command with network runs without the filter, but without new privileges", async () => {
    const online = workspaceWrite(place.W, { network_access: true });
    const result = await shell(engine, place.W, online, "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; env");
    expect(result.stdout).toContain("NoNewPrivs:\t1\nSeccomp:\t0\n");
    expect(result.stdout).not.toContain("CODEX_SANDBOX");
  });

  it.runIf(engine.works)("S27: a signal shows as 128 plus its number", async () => {
    expect((await shell(engine, place.W, readOnly(place.W), "kill -INT $$")).exitCode).toBe(130);
  });

  it.runIf(engine.works)("the command gets the prepared environment and the network marker, nothing else", async () => {
    const result = await shell(engine, place.W, readOnly(place.W), "env -u PWD -u SHLVL -u _ -u OLDPWD", {
      env: { PATH: "/usr/bin:/bin", GREETING: "a b=c\nd" },
    });
    expect(result.stdout.trim().split("\n").sort()).toEqual([
      "CODEX_SANDBOX_NETWORK_DISABLED=1",
      "GREETING=a b=c",
      "PATH=/usr/bin:/bin",
      "d",
    ]);
  });

  it.runIf(engine.works)("standard streams are real: they can be opened again by name", async () => {
    const result = await shell(engine, place.W, readOnly(place.W), "echo out > /dev/stdout; echo err > /dev/stderr");
    expect(result).toMatchObject({ exitCode: 0, stdout: "out\n", stderr: "err\n" });
  });

  it.runIf(engine.works)("standard input is empty unless given", async () => {
    expect((await shell(engine, place.W, readOnly(place.W), "cat; echo end")).stdout).toBe("end\n");
    const given = await shell(engine, place.W, readOnly(place.W), "cat /dev/stdin", { stdin: "typed" });
    expect(given.stdout).toBe("typed");
  });

  it.runIf(engine.works)("/dev/null and its like can be used", async () => {
    const command = "echo x > /dev/null && head -c 4 /dev/zero | wc -c && head -c 1 /dev/urandom | wc -c";
    expect(await shell(engine, place.W, readOnly(place.W), command)).toMatchObject({ exitCode: 0, stdout: "4\n1\n" });
  });

  it.runIf(engine.works)("the command runs in the real folder of a working directory that is a link", async () => {
    const link = path.join(place.base, "link");
    symlinkSync(place.W, link);
    const result = await shell(engine, link, workspaceWrite(link), "/bin/pwd; echo 1 > made");
    expect(result).toMatchObject({ exitCode: 0, stdout: `${place.W}\n` });
    expect(readdirSync(place.W)).toEqual(["made"]);
  });

  it.runIf(engine.works)("restricted reads hide everything that was not named", async () => {
    const { W, O } = place;
    const entries = [specialEntry({ kind: "minimal" }, "read"), specialEntry({ kind: "project_roots" }, "read")];
    writeFileSync(`${W}/in`, "inside\n");
    const result = await shell(engine, W, managed(entries), `cat in; cat ${O}/f`, { env: { PATH: "/usr/bin:/bin" } });
    expect(result).toMatchObject({ stdout: "inside\n", exitCode: 1 });
  });

  it.runIf(engine.works).each([
    ["no-such-command", "No such file or directory (os error 2)"],
    ["/no/such/command", "No such file or directory (os error 2)"],
    ["./folder", "Permission denied (os error 13)"],
    ["./plain", "Permission denied (os error 13)"],
    ["plain", "Permission denied (os error 13)"],
    ["./plain/x", "Not a directory (os error 20)"],
  ])("the program %s has ended with 101, and is no denial of the sandbox", async (name, why) => {
    const { W } = place;
    mkdirSync(`${W}/folder`);
    writeFileSync(`${W}/plain`, "");
    const { env, host } = { env: { PATH: `/nonexistent:/etc/passwd:${W}:/usr/bin:/bin` }, host: engine.host };
    const result = await runSandboxed({ argv: [name], cwd: W, permissions: workspaceWrite(W), env, host });
    expect(result).toMatchObject({ sandbox: engine.name, exitCode: 101, stdout: "" });
    expect(result.stderr).toBe(`Failed to execvp ${name}: ${why}\n`);
    expect(result.denied).toBe(why.startsWith("Permission"));
    expect(readdirSync(W).sort()).toEqual(["folder", "plain"]);
  });
});

describe("with bwrap", () => {
  const run = (permissions: PermissionProfile, command: string) => shell(bwrapEngine, place.W, permissions, command);

  it.runIf(bwrapEngine.works)("S22: a protected folder that is a link stops the run", async () => {
    const { W } = place;
    mkdirSync(`${W}/other`);
    symlinkSync("other", `${W}/.codex`);
    await expect(run(workspaceWrite(W), "touch ran")).rejects.toThrow(
      `cannot enforce sandbox read-only path ${W}/.codex because it crosses writable symlink ${W}/.codex`,
    );
    expect(existsSync(`${W}/ran`)).toBe(false);
  });

  it.runIf(bwrapEngine.works)("S23: a .git file and the folder it points to are read-only", async () => {
    const { W } = place;
    writeFileSync(`${W}/.git`, "gitdir: gd\n");
    mkdirSync(`${W}/gd/hooks`, { recursive: true });
    await run(workspaceWrite(W), "echo x > .git; touch gd/x gd/hooks/pre-commit; touch ok");
    expect([readFileSync(`${W}/.git`, "utf8"), readdirSync(`${W}/gd`), existsSync(`${W}/ok`)]).toEqual([
      "gitdir: gd\n",
      ["hooks"],
      true,
    ]);
  });

  it.runIf(bwrapEngine.works)("S8: carveouts in carveouts hold", async () => {
    const { W } = place;
    mkdirSync(`${W}/docs/private/pub`, { recursive: true });
    mkdirSync(`${W}/sec`);
    for (const file of ["k.txt", "sec/s", "docs/d", "docs/private/p"]) writeFileSync(`${W}/${file}`, "secret\n");
    const at = (subpath: string, access: "read" | "write" | "none") =>
      specialEntry({ kind: "project_roots", subpath }, access);
    const permissions = managed([
      root,
      workspace,
      at("docs", "read"),
      at("docs/private", "none"),
      at("docs/private/pub", "write"),
      at("sec", "none"),
      at("k.txt", "none"),
    ]);
    const result = await run(
      permissions,
      "cat k.txt sec/s docs/private/p; cat docs/d; touch w; touch docs/w; touch docs/private/w; echo 1 > docs/private/pub/w; echo 2 > k.txt",
    );
    expect(result.stdout).toBe("secret\n");
    expect([
      existsSync(`${W}/w`),
      existsSync(`${W}/docs/w`),
      existsSync(`${W}/docs/private/w`),
      existsSync(`${W}/docs/private/pub/w`),
      readFileSync(`${W}/k.txt`, "utf8"),
    ]).toEqual([true, false, false, true, "secret\n"]);
  });

  it.runIf(bwrapEngine.works)("S12, S29: files of a deny glob are hidden when they exist at the start", async () => {
    const { W } = place;
    mkdirSync(`${W}/s/deep`, { recursive: true });
    for (const file of ["a.env", "s/b.env", "s/deep/c.env", "s/plain"]) writeFileSync(`${W}/${file}`, `${file}\n`);
    symlinkSync("plain", `${W}/s/link.env`);
    const permissions = managed([root, workspace, globEntry(`${W}/**/*.env`)]);
    const result = await run(
      permissions,
      "cat a.env s/b.env s/deep/c.env s/plain; echo new > later.env; cat later.env",
    );
    expect(result.stdout).toBe("new\n");
  });

  it.runIf(bwrapEngine.works)(
    "more than bubblewrap can be told is refused with a reason, and nothing runs",
    async () => {
      const { W } = place;
      mkdirSync(`${W}/many`);
      for (let index = 0; index < 1900; index++) writeFileSync(`${W}/many/${index}.env`, "");
      await expect(run(managed([root, workspace, globEntry(`${W}/**/*.env`)]), "touch ran")).rejects.toThrow(
        /at most 9000 arguments.*hide 1900 files\. Deny a folder instead/,
      );
      const many = shell(bwrapEngine, W, readOnly(W), "", {
        argv: ["/bin/echo", ...Array.from({ length: 9000 }, () => "x")],
        command: undefined as never,
      });
      await expect(many).rejects.toThrow(/the command has too many/);
      expect(existsSync(`${W}/ran`)).toBe(false);
    },
  );

  it.runIf(bwrapEngine.works)("a carveout below a missing folder blocks the folder, and the command runs", async () => {
    const { W } = place;
    const permissions = managed([root, workspace, pathEntry(`${W}/later/deep`, "read")]);
    const result = await run(permissions, "mkdir -p later/deep; echo ran");
    expect(result.stdout).toBe("ran\n");
    expect(readdirSync(W)).toEqual([]);
  });

  it.runIf(bwrapEngine.works)("the host is left without stray files, also by runs that overlap", async () => {
    const { W } = place;
    const permissions = workspaceWrite(W);
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => run(permissions, `sleep 0.${index}; mkdir .codex; touch made${index}`)),
    );
    expect(readdirSync(W)).toEqual(Array.from({ length: 6 }, (_, index) => `made${index}`));
  });

  it.runIf(bwrapEngine.works)("a placeholder somebody left behind is protected, and cleared away", async () => {
    const { W } = place;
    writeFileSync(`${W}/.codex`, "", { mode: 0o444 });
    const result = await run(workspaceWrite(W), "rm -f .codex; mkdir .codex; test -s .codex; touch ok");
    expect(result.exitCode).toBe(0);
    expect(readdirSync(W)).toEqual(["ok"]);
  });

  it.runIf(bwrapEngine.works)("an empty file that is no placeholder stays", async () => {
    const { W } = place;
    writeFileSync(`${W}/.git`, "");
    await run(workspaceWrite(W), "echo x > .git; rm -f .git; mv .git g");
    expect([readdirSync(W), readFileSync(`${W}/.git`, "utf8")]).toEqual([[".git"], ""]);
  });

  it.runIf(bwrapEngine.works)("a placeholder stays as long as another process's command needs it", async () => {
    const { W } = place;
    const bundle = await bundleProgram(
      "neighbour",
      `import { runSandboxed } from "@codex-ts/sandbox";
       const { cwd, permissions, path } = JSON.parse(process.argv[2]);
       const command = "touch up; while [ ! -e go ]; do sleep 0.02; done; mkdir .codex; touch down";
       await runSandboxed({ command, cwd, permissions, env: { PATH: path } });`,
    );
    try {
      const permissions = workspaceWrite(W);
      const order = JSON.stringify({ cwd: W, permissions, path: process.env.PATH });
      const neighbour = spawn(process.execPath, [bundle.file, order], { stdio: "inherit" });
      while (!existsSync(`${W}/up`)) await new Promise(resolve => setTimeout(resolve, 10));
      await run(permissions, "true");
      expect(readdirSync(W).sort()).toEqual([".codex", "up"]);
      writeFileSync(`${W}/go`, "");
      await once(neighbour, "exit");
      expect(readdirSync(W).sort()).toEqual(["down", "go", "up"]);
    } finally {
      bundle.remove();
    }
  });

  it.runIf(bwrapEngine.works)(
    "a disk that is writable but for denied files has usable devices, and its shared memory",
    async () => {
      const { W } = place;
      writeFileSync(`${W}/k.env`, "TOPSECRET");
      const shared = `/dev/shm/sandbox-test-${process.pid}`;
      const permissions = managed([specialEntry({ kind: "root" }, "write"), globEntry(`${W}/*.env`)]);
      try {
        const result = await run(permissions, `echo x > /dev/null; cat k.env; echo ${W} > ${shared}; ls /dev`);
        expect([result.exitCode, readFileSync(shared, "utf8")]).toEqual([0, `${W}\n`]);
        expect(result.stdout).not.toContain("TOPSECRET");
        expect(result.stdout).not.toMatch(/^(?:sd|vd|nvme|mem$)/m);
      } finally {
        rmSync(shared, { force: true });
      }
    },
  );

  it.runIf(bwrapEngine.works)("shared memory that a command shares hides what patterns at the root deny", async () => {
    const secret = `/dev/shm/sandbox-test-${process.pid}.pem`;
    writeFileSync(secret, "TOPSECRET");
    const denied = globEntry(`/*/*/sandbox-test-${process.pid}.pem`);
    try {
      for (const write of [specialEntry({ kind: "root" }, "write"), pathEntry("/dev/shm", "write")]) {
        const result = await run(
          managed([root, write, denied]),
          `ls /dev/shm; cat ${secret}; cat /proc/self/root${secret}`,
        );
        expect(result.stdout).toContain(path.basename(secret));
        expect(result.stdout).not.toContain("TOPSECRET");
      }
    } finally {
      rmSync(secret, { force: true });
    }
  });

  it.runIf(bwrapEngine.works)("device folder, shared memory and process list are the command's own", async () => {
    const result = await run(readOnly(place.W), "ls /proc | grep -c '^[0-9]'; echo x > /dev/shm/x && ls /dev/shm");
    expect(result.stdout).toMatch(/x\n$/);
    expect(Number(result.stdout.split("\n")[0])).toBeLessThan(8);
  });
});

describe("with landlock", () => {
  it.runIf(landlockEngine.works)("S28: legacy mode does not protect .git, but everything outside", async () => {
    const { W, O } = place;
    mkdirSync(`${W}/.git`);
    const result = await shell(landlockEngine, W, workspaceWrite(W), `touch .git/x && touch ${O}/x`, {
      legacyLandlock: true,
    });
    expect(result).toMatchObject({ sandbox: "landlock", exitCode: 1 });
    expect([existsSync(`${W}/.git/x`), existsSync(`${O}/x`)]).toEqual([true, false]);
  });

  it.runIf(landlockEngine.works)("S3: an open file system without network gets the filter alone", async () => {
    const { W, O } = place;
    const open: PermissionProfile = { type: "managed", file_system: { type: "unrestricted" }, network: "restricted" };
    const result = await shell(landlockEngine, W, open, `touch ${O}/x; grep Seccomp: /proc/self/status`);
    expect(result).toMatchObject({ sandbox: "seccomp", stdout: "Seccomp:\t2\n" });
    expect(existsSync(`${O}/x`)).toBe(true);
  });

  it.runIf(landlockEngine.works)("what it cannot enforce is refused, and nothing runs", async () => {
    const { W } = place;
    const permissions = managed([root, workspace, globEntry(`${W}/**/*.env`)]);
    await expect(shell(landlockEngine, W, permissions, "touch ran")).rejects.toThrow(SandboxError);
    expect(readdirSync(W)).toEqual([]);
  });

  it.runIf(landlockEngine.works)("variables that would act on the helper reach only the command", async () => {
    const evil = path.join(place.base, "evil.cjs");
    writeFileSync(evil, `require("node:fs").writeFileSync(${JSON.stringify(path.join(place.O, "pwned"))}, "")`);
    const result = await shell(landlockEngine, place.W, readOnly(place.W), "echo $NODE_OPTIONS", {
      env: { PATH: "/usr/bin:/bin", NODE_OPTIONS: `--require=${evil}` },
    });
    expect(result.stdout).toBe(`--require=${evil}\n`);
    expect(existsSync(path.join(place.O, "pwned"))).toBe(false);
  });
});

describe("without a sandbox", () => {
  it("external permissions still mark the missing network", async () => {
    const external: PermissionProfile = { type: "external", network: "restricted" };
    const result = await shell(bwrapEngine, place.W, external, "echo $CODEX_SANDBOX_NETWORK_DISABLED");
    expect(result).toMatchObject({ sandbox: "none", stdout: "1\n" });
  });

  it("a command of the user's own runs with full access and without the marker", async () => {
    const result = await shell(bwrapEngine, place.W, null as never, `touch ${place.O}/x; env`);
    expect(result.sandbox).toBe("none");
    expect(result.stdout).not.toContain("CODEX_SANDBOX");
    expect(existsSync(`${place.O}/x`)).toBe(true);
  });
});

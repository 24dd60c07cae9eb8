import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { globEntry, pathEntry, type PermissionProfile, specialEntry } from "@codex-ts/permissions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  bwrapEngine,
  engines,
  landlockAbi,
  landlockEngine,
  makePlace,
  type Place,
  readOnly,
  shell,
  type TestEngine,
  workspaceWrite,
} from "./support/engines.ts";

const ATTACK = path.join(import.meta.dirname, "support/attack.mjs");

let place: Place;
const servers: Server[] = [];
beforeEach(() => {
  place = makePlace();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  place.remove();
});

interface AttackResult {
  ok: boolean;
  error?: string;
  [detail: string]: unknown;
}

async function attack(
  engine: TestEngine,
  permissions: PermissionProfile,
  ...args: readonly (string | number)[]
): Promise<AttackResult> {
  const command = [process.execPath, ATTACK, ...args].map(word => `'${word}'`).join(" ");
  const result = await shell(engine, place.W, permissions, command);
  expect(result.stderr).toBe("");
  return JSON.parse(result.stdout) as AttackResult;
}

function listen(where: string | number): Promise<number> {
  const server = createServer(socket => {
    socket.on("error", () => undefined);
    socket.end("hello");
  });
  servers.push(server);
  return new Promise(resolve => {
    const listening = () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    };
    if (typeof where === "number") server.listen(where, "127.0.0.1", listening);
    else server.listen(where, listening);
  });
}

describe.each(engines)("$name stops", engine => {
  const run = (command: string, permissions = workspaceWrite(place.W)) => shell(engine, place.W, permissions, command);
  const outside = () => readFileSync(`${place.O}/f`, "utf8");

  describe("writing outside the roots", () => {
    it.runIf(engine.works).each([
      ["directly", "echo x > $O/f; echo x > $O/new"],
      ["by appending and truncating", "echo x >> $O/f; truncate -s 0 $O/f"],
      ["through a link", "ln -s $O/f l; echo x > l; ln -s $O d; echo x > d/new; echo x > d/f"],
      ["through a hard link", "ln $O/f h && echo x > h"],
      ["through /proc/self/root", "echo x > /proc/self/root/$O/f; echo x > /proc/self/root/$O/new"],
      ["through /proc/self/cwd and ..", "echo x > /proc/self/cwd/../other/f; echo x > ../other/new"],
      ["by moving a file in", "touch m; mv m $O/new; mv $O/f ."],
      ["by deleting", "rm -f $O/f; rmdir $O"],
      ["by renaming the folder", "mv $O ${O}2; mv $W ${W}2"],
      ["by exchanging folders", "mkdir e; mv -T e $O"],
      ["by changing a file in place", "sed -i s/outside/x/ $O/f; dd if=/dev/zero of=$O/f bs=1 count=1"],
      ["by making special files", "mkfifo $O/new; ln -s x $O/new; mknod $O/new p"],
    ])("%s", async (_how, command) => {
      await run(`O=${place.O}; W=${place.W}; (${command.replaceAll(";", ";\n")}) 2>/dev/null`);
      expect(outside()).toBe("outside\n");
      expect(readdirSync(place.O)).toEqual(["f"]);
      expect(readdirSync(place.base).sort()).toEqual(["other", "work"]);
    });

    it.runIf(engine.works)("through a hard link that was there before", async () => {
      // Not claimed: the same file has a name inside a writable root. The test pins the fact.
      linkSync(`${place.O}/f`, `${place.W}/h`);
      await run("echo inside > h");
      expect(outside()).toBe("inside\n");
    });

    it.runIf(engine.works)("by mounting", async () => {
      const permissions = workspaceWrite(place.W);
      mkdirSync(`${place.W}/m`);
      expect(await attack(engine, permissions, "bindOver", place.O, `${place.W}/m`)).toMatchObject({ ok: false });
      for (const target of ["/", place.base]) {
        expect(await attack(engine, permissions, "remount", target)).toMatchObject({ ok: false });
        expect(await attack(engine, permissions, "nestedNamespace", target)).toMatchObject({ ok: false });
      }
      expect(existsSync(`${place.base}/escaped`) || existsSync("/escaped")).toBe(false);
    });

    it.runIf(engine.works)("from a namespace of its own, as unshare(1) makes one", async () => {
      await run(
        `unshare -Urm sh -c 'mount -o remount,rw,bind / ; mount --bind ${place.O} ${place.W}; touch ${place.O}/new ${place.W}/new2' 2>&1; true`,
      );
      expect(readdirSync(place.O)).toEqual(["f"]);
    });

    it.runIf(engine.works)("by making a device node of the disk", async () => {
      await run("mknod disk b 8 0; mknod disk2 b 254 0; chmod 666 disk disk2; head -c 1 disk disk2");
      const result = await run("for d in disk disk2; do test -b $d && head -c 1 $d && echo READ; done");
      expect(result.stdout).not.toContain("READ");
    });

    it.runIf(engine.works)("in the kernel's own settings", async () => {
      const names = ["kernel/core_pattern", "kernel/hostname", "vm/swappiness"];
      const read = () => names.map(name => readFileSync(`/proc/sys/${name}`, "utf8"));
      const before = read();
      // Writes back what is there: an attack that gets through shows in the output and does no harm.
      const result = await run(
        names.map(name => `v=$(cat /proc/sys/${name}) && echo "$v" > /proc/sys/${name} && echo WRITTEN`).join("; "),
      );
      expect(result.stdout).toBe("");
      expect(read()).toEqual(before);
    });

    // Some of these files belong to any user, such as the pressure triggers; root would own them all.
    it.runIf(engine.works && process.geteuid?.() === 0)("as root anywhere below /proc and /sys", async () => {
      const open = await run(
        "find /proc /sys -maxdepth 4 -type f -writable -not -path '/proc/[0-9]*' -not -path '/proc/*self/*' 2>/dev/null",
      );
      const files = open.stdout.trim().split("\n").filter(Boolean).slice(0, 20);
      const usable = await run(["true", ...files.map(file => `: >> ${file} && echo ${file}`)].join("; "));
      expect(usable.stdout).toBe("");
    });
  });

  describe("reaching the network", () => {
    const offline = () => readOnly(place.W);

    it.runIf(engine.works)("over TCP, UDP, raw, packet and netlink sockets", async () => {
      const port = await listen(0);
      for (const how of ["tcp", "udp", "raw", "packet", "netlink"]) {
        const result = await attack(engine, offline(), how, port);
        expect([how, result]).toEqual([how, { ok: false, error: "Operation not permitted" }]);
      }
    });

    it.runIf(engine.works)("over abstract and path unix sockets, streams and datagrams", async () => {
      const file = `${place.O}/s`;
      const abstract = `@sandbox-test-${process.pid}`;
      await listen(file);
      await listen(`\0${abstract.slice(1)}`);
      for (const name of [file, abstract]) {
        for (const how of ["unixStream", "unixDatagram", "unixDatagramPair"]) {
          const result = await attack(engine, offline(), how, name);
          expect([how, result]).toEqual([how, { ok: false, error: "Operation not permitted" }]);
        }
      }
    });

    it.runIf(engine.works)("through io_uring, which no filter sees", async () => {
      expect(await attack(engine, offline(), "ioUring")).toEqual({ ok: false, error: "Operation not permitted" });
    });

    it.runIf(engine.works)("but leaves pairs of stream sockets to build tools (S26)", async () => {
      expect(await attack(engine, offline(), "socketpair")).toMatchObject({ ok: true });
    });

    it.runIf(engine.works)("unless the policy gives it", async () => {
      const port = await listen(0);
      const online = workspaceWrite(place.W, { network_access: true });
      expect(await attack(engine, online, "tcp", port)).toMatchObject({ ok: true });
    });
  });

  describe("touching other processes", () => {
    it.runIf(engine.works).each(["ptrace", "processMemory", "processVm", "openDescriptors", "environ"])(
      "with %s",
      async how => {
        const online = workspaceWrite(place.W, { network_access: true });
        for (const permissions of [workspaceWrite(place.W), online]) {
          expect(await attack(engine, permissions, how, process.pid)).toMatchObject({ ok: false });
        }
      },
    );

    it.runIf(engine.works)("by taking an open file of the parent", async () => {
      const secret = `${place.O}/f`;
      const fd = openSync(secret, "r+");
      const permissions = workspaceWrite(place.W, { network_access: true });
      expect(await attack(engine, permissions, "stealDescriptor", process.pid, fd)).toMatchObject({ ok: false });
      const result = await run(`cat /proc/${process.pid}/fd/${fd}; echo x > /proc/${process.pid}/fd/${fd}`);
      expect(result.stdout).toBe("");
      expect(outside()).toBe("outside\n");
    });

    it.runIf(engine.works && (engine.name === "bwrap" || landlockAbi >= 6))("by killing the parent", async () => {
      let hit = false;
      const onSignal = () => {
        hit = true;
      };
      process.on("SIGUSR2", onSignal);
      try {
        expect(await attack(engine, workspaceWrite(place.W), "kill", process.pid)).toMatchObject({ ok: false });
        expect(await attack(engine, workspaceWrite(place.W), "kill", process.ppid)).toMatchObject({ ok: false });
        await new Promise(resolve => setTimeout(resolve, 20));
      } finally {
        process.off("SIGUSR2", onSignal);
      }
      expect(hit).toBe(false);
    });
  });

  describe("leaks", () => {
    it.runIf(engine.works)("of open files: the command has its three streams and nothing else", async () => {
      const fd = openSync(`${place.O}/f`, "r");
      const result = await run("ls -l /proc/self/fd /proc/1/fd 2>/dev/null | grep -E ' -> ' ");
      expect(fd).toBeGreaterThan(2);
      expect(result.stdout).not.toContain(place.O);
      const own = (await run("ls /proc/self/fd")).stdout.trim().split("\n");
      expect(own).toEqual(["0", "1", "2", "3"]); // 3 is ls looking at the folder
    });

    it.runIf(engine.works)("of the agent's environment", async () => {
      process.env.SANDBOX_TEST_SECRET = "hunter2";
      const result = await run("env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'");
      delete process.env.SANDBOX_TEST_SECRET;
      expect(result.stdout).toContain("CODEX_SANDBOX_NETWORK_DISABLED=1");
      expect(result.stdout).not.toContain("hunter2");
    });
  });

  it.runIf(engine.works)("privileges gained from set-user-id programs", async () => {
    expect((await run("grep NoNewPrivs /proc/self/status")).stdout).toBe("NoNewPrivs:\t1\n");
  });

  it.runIf(engine.works && process.geteuid?.() === 0)("root from using its capabilities", async () => {
    const result = await run("grep CapBnd /proc/self/status");
    const bounding = BigInt(`0x${result.stdout.trim().split("\t")[1]}`);
    const dangerous = {
      DAC_READ_SEARCH: 2n,
      SYS_MODULE: 16n,
      SYS_RAWIO: 17n,
      SYS_PTRACE: 19n,
      SYS_ADMIN: 21n,
      MKNOD: 27n,
    };
    const held = Object.entries(dangerous).filter(([, bit]) => (bounding >> bit) & 1n);
    expect(held).toEqual([]);
  });
});

describe("bwrap stops, and Landlock does not claim to stop,", () => {
  const run = (command: string, permissions = workspaceWrite(place.W)) =>
    shell(bwrapEngine, place.W, permissions, command);

  it.runIf(bwrapEngine.works)("git hooks written into the protected folder, by every way in", async () => {
    const { W } = place;
    mkdirSync(`${W}/.git/hooks`, { recursive: true });
    writeFileSync(`${W}/.git/config`, "[core]\n");
    mkdirSync(`${W}/evil/hooks`, { recursive: true });
    for (const command of [
      "echo x > .git/hooks/pre-commit",
      "mv .git old; cp -r evil .git",
      "mv -T evil .git",
      "rm -rf .git; mkdir .git",
      "ln -sfn evil .git",
      "cd /proc/self/cwd/.git/hooks && touch pre-commit",
      "ln -s .git g; touch g/hooks/pre-commit; echo x > g/config",
      "chmod -R 777 .git; echo x >> .git/config",
    ]) {
      await run(command);
      expect([command, readdirSync(`${W}/.git`).sort(), readdirSync(`${W}/.git/hooks`)]).toEqual([
        command,
        ["config", "hooks"],
        [],
      ]);
      expect([lstatSync(`${W}/.git`).isSymbolicLink(), readFileSync(`${W}/.git/config`, "utf8")]).toEqual([
        false,
        "[core]\n",
      ]);
    }
  });

  it.runIf(bwrapEngine.works)("making or replacing .codex and .agents", async () => {
    const { W } = place;
    mkdirSync(`${W}/.agents`);
    mkdirSync(`${W}/evil`);
    await run("mkdir .codex; mv evil .codex; ln -s evil .codex; touch .agents/x; mv .agents a2; rm -rf .agents");
    expect(readdirSync(W).sort()).toEqual([".agents", "evil"]);
    expect(readdirSync(`${W}/.agents`)).toEqual([]);
  });

  it.runIf(bwrapEngine.works)("renaming a protected folder's parent out of the way", async () => {
    const { W, base } = place;
    mkdirSync(`${W}/.git`);
    await run(`mv ${W} ${base}/w2; mkdir ${W}; mkdir ${W}/.git/hooks`, workspaceWrite(W, { writable_roots: [base] }));
    expect(readdirSync(base).sort()).toEqual(["other", "work"]);
    expect(readdirSync(`${W}/.git`)).toEqual([]);
  });

  it.runIf(bwrapEngine.works)("reading a denied file by any of its spellings", async () => {
    const { W, O } = place;
    mkdirSync(`${O}/sec`);
    writeFileSync(`${O}/sec/k`, "TOPSECRET\n");
    writeFileSync(`${W}/k.env`, "TOPSECRET\n");
    symlinkSync(O, `${W}/linked`);
    const entries = [
      specialEntry({ kind: "root" }, "read"),
      specialEntry({ kind: "project_roots" }, "write"),
      pathEntry(`${O}/sec`, "none"),
      globEntry(`${W}/*.env`),
    ];
    const permissions: PermissionProfile = {
      type: "managed",
      file_system: { type: "restricted", entries },
      network: "enabled",
    };
    const fd = openSync(`${O}/sec/k`, "r");
    const result = await run(
      [
        `cat ${O}/sec/k ${W}/k.env`,
        `cat ${O}/../other/./sec//k`,
        "cat linked/sec/k",
        `cat /proc/self/root${O}/sec/k /proc/1/root${O}/sec/k`,
        `cat /proc/${process.pid}/fd/${fd}; for f in /proc/[0-9]*/fd/*; do timeout 0.1 head -c 99 $f; done`,
        "ln k.env copy; cat copy; cp k.env c2; cat c2; mv k.env m; cat m",
        `cd ${O}/sec && cat k`,
        "grep -r TOPSEC . linked/",
        "chmod 644 k.env && cat k.env",
        "umount k.env; cat k.env",
      ].join("; "),
      permissions,
    );
    expect(result.stdout).not.toContain("TOPSECRET");
    expect(readFileSync(`${W}/k.env`, "utf8")).toBe("TOPSECRET\n");
  });

  it.runIf(bwrapEngine.works)("a daemon that outlives the command", async () => {
    const mark = `sleep 98${process.pid}`;
    await run(`setsid ${mark} >/dev/null 2>&1 & (${mark} >/dev/null 2>&1 &) ; sleep 0.05`);
    await gone(mark);
  });

  it.runIf(bwrapEngine.works)("changing the mode of files elsewhere", async () => {
    chmodSync(`${place.O}/f`, 0o600);
    await run(`chmod 777 ${place.O}/f`);
    expect(lstatSync(`${place.O}/f`).mode & 0o777).toBe(0o600);
  });
});

describe("Landlock", () => {
  it.runIf(landlockEngine.works)("refuses to run with denied files instead of not hiding them", async () => {
    const permissions: PermissionProfile = {
      type: "managed",
      file_system: {
        type: "restricted",
        entries: [specialEntry({ kind: "root" }, "read"), pathEntry(`${place.O}/f`, "none")],
      },
      network: "restricted",
    };
    await expect(shell(landlockEngine, place.W, permissions, `cat ${place.O}/f`)).rejects.toThrow(/cannot hide/);
  });

  it.runIf(landlockEngine.works)("hides what restricted reads do not name, by any spelling", async () => {
    const { W, O } = place;
    symlinkSync(O, `${W}/linked`);
    const entries = [specialEntry({ kind: "minimal" }, "read"), specialEntry({ kind: "project_roots" }, "write")];
    const permissions: PermissionProfile = {
      type: "managed",
      file_system: { type: "restricted", entries },
      network: "restricted",
    };
    const result = await shell(
      landlockEngine,
      W,
      permissions,
      `cat ${O}/f linked/f /proc/self/root${O}/f; ln ${O}/f h; cat h; ls ${O}`,
      { env: { PATH: "/usr/bin:/bin" } },
    );
    expect(result.stdout).toBe("");
  });

  it.runIf(landlockEngine.works)("kills what a command left in its process group", async () => {
    const mark = `sleep 97${process.pid}`;
    await shell(landlockEngine, place.W, workspaceWrite(place.W), `${mark} >/dev/null 2>&1 &`);
    await gone(mark);
  });
});

describe.each(engines)("a command that runs out of time with $name", engine => {
  it.runIf(engine.works)("is gone with every process it made, daemons and a swarm of them too", async () => {
    const mark = `sleep 96${process.pid}${engine.name === "bwrap" ? 1 : 2}`;
    const result = await shell(
      engine,
      place.W,
      workspaceWrite(place.W),
      `i=0; while [ $i -lt 150 ]; do setsid ${mark} & i=$((i+1)); done >/dev/null 2>&1; wait`,
      { timeoutMs: 1500 },
    );
    expect(result).toMatchObject({ timedOut: true, exitCode: 124 });
    await gone(mark);
  });
});

/** Waits until no process has this command line; killed processes take a moment to go. */
async function gone(commandLine: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (running(commandLine).length > 0 && Date.now() < deadline)
    await new Promise(resolve => setTimeout(resolve, 20));
  expect(running(commandLine)).toEqual([]);
}

/** The processes of this machine with this command line. */
function running(commandLine: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim() === commandLine
      );
    } catch {
      return false;
    }
  });
}

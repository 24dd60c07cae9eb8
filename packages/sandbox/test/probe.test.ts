import { chmodSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  describeProbe,
  formatDoctorReport,
  type MachineFacts,
  probeSandbox,
  runSandboxed,
  type SandboxProbe,
  sandboxWarning,
} from "../src/index.ts";
import { canSetArg0, findBwrap, probeBwrap } from "../src/linux/probe.ts";
import { bundleProgram } from "./support/bundle.ts";
import { bwrapEngine, landlockEngine, makePlace, type Place, workspaceWrite } from "./support/engines.ts";

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const PATH = process.env.PATH ?? "/usr/bin:/bin";

/** A stand-in for bubblewrap that refuses when it sees one of these arguments, as the real one does in containers. */
function fakeBwrap(refusals: Record<string, string>, folder = path.join(place.base, "bin")): string {
  mkdirSync(folder, { recursive: true });
  const cases = Object.entries(refusals).map(([arg, text]) => `*" ${arg} "*) echo "bwrap: ${text}" >&2; exit 1 ;;`);
  const script = `#!/bin/sh\ncase " $* " in\n*" --version "*) echo "bubblewrap 0.11.0"; exit 0 ;;\n${cases.join("\n")}\nesac\nexit 0\n`;
  writeFileSync(path.join(folder, "bwrap"), script);
  chmodSync(path.join(folder, "bwrap"), 0o755);
  return folder;
}

describe("looking for bubblewrap", () => {
  it("takes the first on the PATH that does not lie below the working directory", () => {
    const mine = fakeBwrap({}, path.join(place.W, "bin"));
    const system = fakeBwrap({});
    expect(findBwrap({ path: `${mine}:${system}`, cwd: place.W })).toBe(path.join(system, "bwrap"));
    expect(findBwrap({ path: mine, cwd: place.W })).toBeNull();
    expect(findBwrap({ path: `${mine}:${system}`, cwd: place.O })).toBe(path.join(mine, "bwrap"));
  });

  it("is not deceived by a link that leads below the working directory", () => {
    fakeBwrap({}, path.join(place.W, "bin"));
    mkdirSync(path.join(place.O, "bin"));
    symlinkSync(path.join(place.W, "bin/bwrap"), path.join(place.O, "bin/bwrap"));
    expect(findBwrap({ path: path.join(place.O, "bin"), cwd: place.W })).toBeNull();
  });

  it("ignores relative folders, folders without it, and files that cannot be run", () => {
    writeFileSync(path.join(place.O, "bwrap"), "");
    expect(findBwrap({ path: `.:bin::/nonexistent:${place.O}`, cwd: place.W })).toBeNull();
  });
});

describe("trying bubblewrap out", () => {
  const probe = (folder: string) => probeBwrap({ path: folder, cwd: place.W });
  const able = { usable: true, userNamespace: true, pidNamespace: true, networkNamespace: true, mountProc: true };

  it("finds everything allowed in one run", async () => {
    expect(await probe(fakeBwrap({}))).toMatchObject({ ...able, problem: null });
  });

  it.each([
    [
      "a loopback interface that may not be configured",
      { "--unshare-net": "loopback: Failed RTM_NEWADDR: Operation not permitted" },
      { ...able, networkNamespace: false },
    ],
    [
      "a /proc that may not be mounted",
      { "--proc": "Can't mount proc on /newroot/proc: Operation not permitted" },
      { ...able, mountProc: false },
    ],
    [
      "refused process namespaces",
      { "--unshare-pid": "Creating new namespace failed: Operation not permitted" },
      { usable: false, userNamespace: true, pidNamespace: false },
    ],
    [
      "refused user namespaces",
      { "--unshare-user": "No permissions to create a new namespace" },
      { usable: false, userNamespace: false, pidNamespace: false, networkNamespace: false, mountProc: false },
    ],
  ])("finds %s", async (_what, refusals, found) => {
    const [text] = Object.values(refusals);
    expect(await probe(fakeBwrap(refusals))).toMatchObject({ ...found, problem: `bwrap: ${text}` });
  });

  it("happens once for a program, and again when the program changes", async () => {
    const folder = fakeBwrap({});
    const first = probe(folder);
    expect(probe(folder)).toBe(first);
    expect((await first).usable).toBe(true);
    fakeBwrap({ "--unshare-user": "No permissions to create a new namespace" });
    utimesSync(path.join(folder, "bwrap"), 1, 1);
    expect((await probe(folder)).usable).toBe(false);
  });

  it("says that it is not installed", async () => {
    expect(await probe("/nonexistent")).toMatchObject({
      path: null,
      usable: false,
      problem: expect.stringMatching(/not installed/),
    });
  });
});

describe("commands on machines that lack something", () => {
  const run = (folder: string, command: string) =>
    runSandboxed({
      command,
      cwd: place.W,
      permissions: workspaceWrite(place.W),
      env: { PATH },
      host: { path: folder },
    });

  it.runIf(landlockEngine.works)("fall to Landlock when user namespaces are refused", async () => {
    const folder = fakeBwrap({ "--unshare-user": "setting up uid map: Permission denied" });
    expect(await run(folder, `touch ${place.O}/x`)).toMatchObject({ sandbox: "landlock", exitCode: 1, denied: true });
  });

  it.runIf(bwrapEngine.works)(
    "keep bubblewrap, without its network namespace, when loopback cannot be configured",
    async () => {
      const real = findBwrap({ path: PATH, cwd: place.W });
      const folder = path.join(place.base, "net");
      mkdirSync(folder);
      const refusal = `case " $* " in *" --unshare-net "*) echo "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted" >&2; exit 1;; esac`;
      writeFileSync(path.join(folder, "bwrap"), `#!/bin/sh\n${refusal}\nexec ${real} "$@"\n`, { mode: 0o755 });
      const result = await run(folder, `grep Seccomp: /proc/self/status; touch ${place.O}/x`);
      expect(result).toMatchObject({ sandbox: "bwrap", exitCode: 1, stdout: "Seccomp:\t2\n" });
    },
  );

  it.runIf(bwrapEngine.works)("keep bubblewrap when /proc cannot be mounted", async () => {
    const real = findBwrap({ path: PATH, cwd: place.W });
    const folder = path.join(place.base, "proc");
    mkdirSync(folder);
    const refusal = `case " $* " in *" --proc "*) echo "bwrap: Can't mount proc on /newroot/proc: Operation not permitted" >&2; exit 1;; esac`;
    writeFileSync(path.join(folder, "bwrap"), `#!/bin/sh\n${refusal}\nexec ${real} "$@"\n`, { mode: 0o755 });
    expect(await run(folder, "echo ran")).toMatchObject({ sandbox: "bwrap", exitCode: 0, stdout: "ran\n" });
  });
});

describe("inside a sandbox", () => {
  const program = `import { runSandboxed } from "@codex-ts/sandbox";
    const { cwd, permissions, path, target } = JSON.parse(process.argv[2]);
    const result = await runSandboxed({ command: "touch inside; touch " + target, cwd, permissions, env: { PATH: path } }).catch(error => ({ sandbox: error.code }));
    console.log(JSON.stringify({ sandbox: result.sandbox, exitCode: result.exitCode }));`;

  it.runIf(landlockEngine.works)("bubblewrap cannot mount, and the ladder finds Landlock by a real trial", async () => {
    const bundle = await bundleProgram("nested", program);
    try {
      const permissions = workspaceWrite(place.W);
      const order = JSON.stringify({ cwd: place.W, permissions, path: PATH, target: `${place.O}/x` });
      const outer = await runSandboxed({
        argv: [process.execPath, bundle.file, order],
        cwd: place.W,
        permissions: workspaceWrite(place.W, { writable_roots: [place.O] }),
        env: { PATH },
        host: landlockEngine.host,
      });
      expect(outer.stderr).toBe("");
      expect(JSON.parse(outer.stdout)).toEqual({ sandbox: "landlock", exitCode: 1 });
      expect(readdirSync(place.W)).toEqual(["inside"]);
      expect(readdirSync(place.O)).toEqual(["f"]);
    } finally {
      bundle.remove();
    }
  });
});

describe("the warning at the start of a session", () => {
  const facts: MachineFacts = {
    platform: "linux",
    wsl1: false,
    bwrap: { usable: false, problem: "bubblewrap (bwrap) is not installed" },
    landlockAbi: 7,
    helper: true,
  };

  it.each([
    [facts, /not found on the PATH.*prerequisites.*Landlock.*\.git/],
    [
      { ...facts, bwrap: { usable: false as const, problem: "No permissions to create a new namespace" } },
      /user namespaces/,
    ],
    [{ ...facts, landlockAbi: 0 }, /No sandbox works.*will be refused/],
    [{ ...facts, wsl1: true }, /WSL1/],
  ])("%j", (machine, text) => {
    expect(sandboxWarning(machine)).toMatch(text);
  });

  it("tells that a network namespace cannot be had", () => {
    const bwrap = { usable: true, program: "/usr/bin/bwrap", mountProc: true, networkNamespace: false } as const;
    expect(sandboxWarning({ ...facts, bwrap })).toMatch(/user namespaces.*filter alone/);
  });

  it("is silent where bubblewrap works, and elsewhere", () => {
    const bwrap = { usable: true, program: "/usr/bin/bwrap", mountProc: true, networkNamespace: true } as const;
    expect(sandboxWarning({ ...facts, bwrap })).toBeNull();
    expect(sandboxWarning({ ...facts, platform: "darwin" })).toBeNull();
  });
});

describe("the doctor", () => {
  const healthy: SandboxProbe = {
    platform: "linux",
    arch: "x64",
    root: false,
    wsl1: false,
    container: false,
    distribution: ["debian"],
    bwrap: {
      path: "/usr/bin/bwrap",
      version: "0.8.0",
      usable: true,
      userNamespace: true,
      pidNamespace: true,
      networkNamespace: true,
      mountProc: true,
      problem: null,
    },
    landlockAbi: 7,
    helper: true,
    settings: { unprivilegedUsernsClone: null, maxUserNamespaces: 1000, apparmorRestrictUserns: null },
  };
  const noBwrap = {
    ...healthy.bwrap,
    path: null,
    version: null,
    usable: false,
    problem: "bubblewrap (bwrap) is not installed",
  };
  const refused = {
    ...healthy.bwrap,
    usable: false,
    userNamespace: false,
    pidNamespace: false,
    networkNamespace: false,
    mountProc: false,
    problem: "bwrap: No permissions to create a new namespace",
  };
  const fixes = (probe: SandboxProbe) => describeProbe(probe).checks.flatMap(({ fix }) => (fix === null ? [] : [fix]));
  const engines = (probe: SandboxProbe) => describeProbe(probe).engines.map(({ engine }) => engine);

  it("finds nothing to mend on a healthy machine", () => {
    expect(fixes(healthy)).toEqual([]);
    expect(engines(healthy)).toEqual(["bwrap", "bwrap", "bwrap", "none"]);
    expect(describeProbe(healthy).ready).toBe(true);
  });

  it.each([
    ["debian", "sudo apt-get install bubblewrap"],
    ["fedora", "sudo dnf install bubblewrap"],
    ["arch", "sudo pacman -S bubblewrap"],
    ["alpine", "sudo apk add bubblewrap"],
    ["haiku", "install the package bubblewrap with this system's package manager"],
  ])("on %s says: %s", (distribution, command) => {
    expect(fixes({ ...healthy, distribution: [distribution], bwrap: noBwrap })).toEqual([command]);
  });

  it("without bubblewrap names Landlock, its limits, and the mode it cannot serve", () => {
    const report = describeProbe({ ...healthy, bwrap: noBwrap });
    expect(report.engines.map(({ engine }) => engine)).toEqual(["landlock", "landlock", "error", "none"]);
    expect(report.engines[1]?.limits.join("\n")).toContain(".git");
    expect(report.ready).toBe(true);
  });

  it("without any engine says so", () => {
    const report = describeProbe({ ...healthy, bwrap: noBwrap, landlockAbi: 0 });
    expect(report.engines.map(({ engine }) => engine)).toEqual(["error", "error", "error", "none"]);
    expect(report.ready).toBe(false);
    expect(formatDoctorReport(report)).toContain("workspace-write: cannot run");
  });

  it.each([
    [{ unprivilegedUsernsClone: 0 }, {}, "sudo sysctl -w kernel.unprivileged_userns_clone=1"],
    [{ maxUserNamespaces: 0 }, {}, "sudo sysctl -w user.max_user_namespaces=15000"],
    [{ apparmorRestrictUserns: 1 }, {}, "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"],
    [
      {},
      { container: true },
      "start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined",
    ],
  ])("explains refused user namespaces with %j %j", (settings, more, fix) => {
    const probe = { ...healthy, ...more, bwrap: refused, settings: { ...healthy.settings, ...settings } };
    expect(fixes(probe)).toContain(fix);
  });

  it("tells what is lost when loopback or /proc cannot be had", () => {
    const bwrap = { ...healthy.bwrap, networkNamespace: false, mountProc: false, problem: "bwrap: loopback: Failed" };
    const text = formatDoctorReport(describeProbe({ ...healthy, bwrap }));
    expect(text).toContain("the system call filter alone takes the network away");
    expect(text).toContain("limit: processes of the host are visible");
    expect(engines({ ...healthy, bwrap })[0]).toBe("bwrap");
  });

  it("describes the machine it runs on as JSON that holds no environment", async () => {
    const probe = await probeSandbox({ path: PATH, cwd: place.W });
    const report = describeProbe(probe);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.engines.find(({ mode }) => mode === "workspace-write")?.engine).toBe(
      bwrapEngine.works ? "bwrap" : landlockEngine.works ? "landlock" : "error",
    );
  });
});

it.each([
  [null, false],
  ["0.8.0", false],
  ["0.9.0", true],
  ["0.11.0", true],
  ["1.0.0", true],
])("bubblewrap %s can set argument 0: %s", (version, able) => {
  expect(canSetArg0(version)).toBe(able);
});

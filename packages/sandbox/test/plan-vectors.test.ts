import {
  type FileSystemSandboxEntry,
  fromLegacy,
  globEntry,
  type NetworkSandboxPolicy,
  pathEntry,
  type PermissionProfile,
  type SandboxPolicy,
  specialEntry,
} from "@codex-ts/permissions";
import { describe, expect, it } from "vitest";
import { bwrapArguments } from "../src/linux/bwrap-args.ts";
import { planSandbox } from "../src/linux/plan.ts";
import { resolvePolicy } from "../src/policy/resolve.ts";
import { fakeFs } from "./support/fake-fs.ts";

const W = "/home/me/work";
const O = "/opt/other";
const H = "/home/me/.codex";
const system = ["/bin", "/sbin", "/usr", "/etc", "/lib", "/lib64"];
const NET = "--unshare-user --unshare-pid --unshare-net --proc /proc";

interface Vector {
  name: string;
  policy: SandboxPolicy | FileSystemSandboxEntry[];
  network?: NetworkSandboxPolicy;
  directories?: string[];
  files?: string[];
  links?: Record<string, string>;
  tmpdir?: string;
  globMatches?: string[];
  expected: string;
}

const root = (access: "read" | "write" | "none") => specialEntry({ kind: "root" }, access);
const minimal = specialEntry({ kind: "minimal" }, "read");
const workspace = specialEntry({ kind: "project_roots" }, "write");
const memories = pathEntry(`${H}/memories`, "write");
const workspaceWrite = (more: Partial<Extract<SandboxPolicy, { type: "workspace-write" }>> = {}): SandboxPolicy => ({
  type: "workspace-write",
  writable_roots: [`${H}/memories`],
  exclude_slash_tmp: true,
  exclude_tmpdir_env_var: true,
  ...more,
});

const vectors: Vector[] = [
  { name: "S1 read-only", policy: { type: "read-only" }, expected: `--ro-bind / / --dev /dev ${NET}` },
  {
    name: "S2 workspace-write with .git and .codex",
    policy: workspaceWrite(),
    directories: [`${W}/.git`, `${W}/.codex`],
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind W/.git W/.git --ro-bind W/.codex W/.codex --bind H/memories H/memories ${NET}`,
  },
  {
    name: "S4 workspace-write with network",
    policy: workspaceWrite({ network_access: true }),
    directories: [`${W}/.codex`],
    expected:
      "--ro-bind / / --dev /dev --bind W W --ro-bind W/.codex W/.codex --bind H/memories H/memories --unshare-user --unshare-pid --proc /proc",
  },
  {
    name: "S5 a missing .codex is occupied",
    policy: workspaceWrite(),
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind /dev/null W/.codex --bind H/memories H/memories ${NET}`,
  },
  {
    name: "S6 further roots, deeper ones last",
    policy: workspaceWrite({ writable_roots: [`${O}/a/b/c`, `${O}/z`, `${H}/memories`] }),
    directories: [`${W}/.codex`, `${O}/a/b/c`, `${O}/z/.git`],
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind W/.codex W/.codex --bind O/z O/z --ro-bind O/z/.git O/z/.git --bind H/memories H/memories --bind O/a/b/c O/a/b/c ${NET}`,
  },
  {
    name: "S7 /tmp and TMPDIR",
    policy: workspaceWrite({ exclude_slash_tmp: false, exclude_tmpdir_env_var: false }),
    directories: [`${W}/.codex`, "/tmp", `${O}/t`],
    tmpdir: `${O}/t`,
    expected: `--ro-bind / / --dev /dev --bind /tmp /tmp --bind W W --ro-bind W/.codex W/.codex --bind O/t O/t --bind H/memories H/memories ${NET}`,
  },
  {
    name: "S8 carveouts in carveouts",
    policy: [
      root("read"),
      workspace,
      specialEntry({ kind: "project_roots", subpath: "docs" }, "read"),
      specialEntry({ kind: "project_roots", subpath: "docs/private" }, "none"),
      specialEntry({ kind: "project_roots", subpath: "docs/private/pub" }, "write"),
      specialEntry({ kind: "project_roots", subpath: "sec" }, "none"),
      specialEntry({ kind: "project_roots", subpath: "k.txt" }, "none"),
      memories,
    ],
    directories: [`${W}/.codex`, `${W}/docs/private/pub`, `${W}/sec`],
    files: [`${W}/k.txt`],
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind W/.codex W/.codex --ro-bind W/docs W/docs --perms 000 --ro-bind-data 3 W/k.txt --perms 000 --tmpfs W/sec --remount-ro W/sec --perms 111 --tmpfs W/docs/private --dir W/docs/private/pub --remount-ro W/docs/private --bind H/memories H/memories --dir W/docs/private/pub --bind W/docs/private/pub W/docs/private/pub ${NET}`,
  },
  {
    name: "S9 a hidden folder and a hidden file",
    policy: [root("read"), pathEntry(`${O}/sec`, "none"), pathEntry(`${O}/k`, "none")],
    directories: [`${O}/sec`],
    files: [`${O}/k`],
    expected: `--ro-bind / / --dev /dev --perms 000 --ro-bind-data 3 O/k --perms 000 --tmpfs O/sec --remount-ro O/sec ${NET}`,
  },
  {
    name: "S10 a writable root below a hidden folder",
    policy: [root("read"), workspace, pathEntry(`${O}/top`, "none"), pathEntry(`${O}/top/x/open`, "write"), memories],
    directories: [`${W}/.codex`, `${O}/top/x/open`],
    expected: `--ro-bind / / --dev /dev --perms 111 --tmpfs O/top --dir O/top/x --dir O/top/x/open --remount-ro O/top --bind W W --ro-bind W/.codex W/.codex --bind H/memories H/memories --dir O/top/x --dir O/top/x/open --bind O/top/x/open O/top/x/open ${NET}`,
  },
  {
    name: "S11 restricted reads",
    policy: [minimal, pathEntry(`${O}/docs`, "read"), pathEntry(`${O}/docs/p`, "none"), workspace, memories],
    directories: [`${W}/.codex`, `${O}/docs/p`, ...system],
    expected: `--tmpfs / --dev /dev --ro-bind /bin /bin --ro-bind /etc /etc --ro-bind H/memories H/memories --ro-bind W W --ro-bind /lib /lib --ro-bind /lib64 /lib64 --ro-bind O/docs O/docs --ro-bind /sbin /sbin --ro-bind /usr /usr --bind W W --ro-bind W/.codex W/.codex --bind H/memories H/memories --perms 000 --tmpfs O/docs/p --remount-ro O/docs/p ${NET}`,
  },
  {
    name: "S12 files found for a glob",
    policy: [root("read"), workspace, globEntry(`${W}/**/*.env`), memories],
    directories: [`${W}/.codex`],
    files: [`${W}/a.env`, `${W}/s/b.env`],
    globMatches: [`${W}/a.env`, `${W}/s/b.env`],
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind W/.codex W/.codex --perms 000 --ro-bind-data 3 W/a.env --perms 000 --ro-bind-data 3 W/s/b.env --bind H/memories H/memories ${NET}`,
  },
  {
    name: "S13 a root behind a link",
    policy: workspaceWrite({ writable_roots: [`${O}/link`, `${H}/memories`] }),
    directories: [`${W}/.codex`, `${O}/real/.git`],
    links: { [`${O}/link`]: `${O}/real` },
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind W/.codex W/.codex --bind O/real O/real --ro-bind O/real/.git O/real/.git --bind H/memories H/memories ${NET}`,
  },
  {
    name: "S14 a writable root below /dev",
    policy: [root("read"), workspace, pathEntry("/dev/shm", "write"), memories],
    directories: [`${W}/.codex`, "/dev/shm"],
    expected: `--ro-bind / / --dev /dev --bind /dev/shm /dev/shm --bind W W --ro-bind W/.codex W/.codex --bind H/memories H/memories ${NET}`,
  },
  {
    name: "S15 root none masks nothing",
    policy: [root("none"), minimal, pathEntry(O, "read")],
    directories: system,
    expected: `--tmpfs / --dev /dev ${["/bin", "/etc", "/lib", "/lib64", "O", "/sbin", "/usr"].map(p => `--ro-bind ${p} ${p}`).join(" ")} ${NET}`,
  },
  {
    name: "a root that does not exist is left out",
    policy: [root("read"), pathEntry(`${O}/missing`, "write")],
    expected: `--ro-bind / / --dev /dev ${NET}`,
  },
  {
    name: "a hidden path below a link into a writable root is hidden where it really is",
    policy: [root("read"), pathEntry(`${O}/link`, "write"), pathEntry(`${O}/real/k`, "none")],
    files: [`${O}/real/k`],
    links: { [`${O}/link`]: `${O}/real` },
    expected: `--ro-bind / / --dev /dev --bind O/real O/real --perms 000 --ro-bind-data 3 O/real/k ${NET}`,
  },
  {
    name: "files inside a hidden folder need no mask of their own",
    policy: [root("read"), pathEntry(`${O}/sec`, "none")],
    files: [`${O}/sec/a.env`],
    globMatches: [`${O}/sec/a.env`],
    expected: `--ro-bind / / --dev /dev --perms 000 --tmpfs O/sec --remount-ro O/sec ${NET}`,
  },
  {
    name: "a missing carveout in a missing folder occupies the first missing part",
    policy: [root("read"), workspace, pathEntry(`${W}/later/deep`, "read"), pathEntry(`${W}/later/more`, "none")],
    directories: [`${W}/.codex`],
    expected: `--ro-bind / / --dev /dev --bind W W --ro-bind W/.codex W/.codex --ro-bind /dev/null W/later ${NET}`,
  },
  {
    name: "a writable host root gets usable devices again",
    policy: [root("write"), pathEntry(`${O}/k`, "none")],
    files: [`${O}/k`],
    expected: `--ro-bind / / --dev /dev --bind / / --dev /dev --perms 000 --ro-bind-data 3 O/k ${NET}`,
  },
  {
    name: "a writable host root has its shared memory, with what is hidden there",
    policy: [root("write"), pathEntry("/dev/shm/k", "none")],
    directories: ["/dev/shm"],
    files: ["/dev/shm/k"],
    expected: `--ro-bind / / --dev /dev --bind / / --dev /dev --bind /dev/shm /dev/shm --perms 000 --ro-bind-data 3 /dev/shm/k ${NET}`,
  },
  {
    name: "shared memory behind a link would show what is hidden under another name",
    policy: [root("write"), pathEntry("/run/shm/k", "none")],
    files: ["/run/shm/k"],
    links: { "/dev/shm": "/run/shm" },
    expected: `--ro-bind / / --dev /dev --bind / / --dev /dev --perms 000 --ro-bind-data 3 /run/shm/k ${NET}`,
  },
];

function argumentsOf(vector: Vector): string {
  const fs = fakeFs({
    directories: [W, O, `${H}/memories`, ...(vector.directories ?? [])],
    files: vector.files ?? [],
    links: vector.links ?? {},
  });
  const ctx = { cwd: W, tmpdir: vector.tmpdir ?? null, fs };
  const profile: PermissionProfile = Array.isArray(vector.policy)
    ? {
        type: "managed",
        file_system: { type: "restricted", entries: vector.policy },
        network: vector.network ?? "restricted",
      }
    : fromLegacy(vector.policy, ctx);
  const policy = resolvePolicy(profile, ctx);
  const facts = { mountProc: true, networkNamespace: true };
  const plan = planSandbox({ policy, globMatches: vector.globMatches ?? [], commandCwd: W, facts, fs });
  return bwrapArguments(plan, ["CMD"], { descriptors: { empty: 3 } }).join(" ");
}

const spelled = (text: string) => text.replace(/(?<= )([WOH])(?=[/ ])/g, (_, name) => ({ W, O, H })[name as "W"] ?? "");

describe("what the plan refuses", () => {
  const refusal = (more: Partial<Vector>) => () =>
    argumentsOf({ name: "", policy: workspaceWrite(), expected: "", ...more });

  it("is a protected path that is a link the command could repoint", () => {
    expect(refusal({ links: { [`${W}/.codex`]: `${W}/other` }, directories: [`${W}/other`] })).toThrow(
      `cannot enforce sandbox read-only path ${W}/.codex because it crosses writable symlink ${W}/.codex`,
    );
  });

  it("is a protected path behind a dangling link", () => {
    expect(refusal({ links: { [`${W}/.codex`]: "/nowhere" } })).toThrow(/crosses writable symlink/);
  });

  it("is a hidden path that runs through a link in a writable root", () => {
    const policy = [root("read"), workspace, pathEntry(`${W}/a/k`, "none")];
    expect(
      refusal({ policy, directories: [`${W}/.codex`, `${W}/b`], links: { [`${W}/a`]: `${W}/b` }, files: [`${W}/b/k`] }),
    ).toThrow(`cannot enforce sandbox deny-read path ${W}/a/k because it crosses writable symlink ${W}/a`);
  });
});

describe("the plan around the mounts", () => {
  const plan = (profile: PermissionProfile, cwd = W, links = {}) => {
    const fs = fakeFs({ directories: [W, O], links });
    const policy = resolvePolicy(profile, { cwd, fs });
    return planSandbox({
      policy,
      globMatches: [],
      commandCwd: cwd,
      facts: { mountProc: false, networkNamespace: false },
      fs,
    });
  };
  const rootWrite = (network: NetworkSandboxPolicy): PermissionProfile => ({
    type: "managed",
    file_system: { type: "restricted", entries: [root("write")] },
    network,
  });

  it("S40: full write and full network need no wrapping", () => {
    expect(plan(rootWrite("enabled")).wrap).toBe(false);
  });

  it("S41: full write without network keeps the host's files and devices", () => {
    const wrapped = plan(rootWrite("restricted"));
    expect(wrapped).toMatchObject({ wrap: true, seccomp: "restricted", mounts: [{ op: "host-root" }] });
    expect(bwrapArguments(wrapped, ["CMD"]).join(" ")).toBe(
      "--new-session --die-with-parent --bind / / --dev-bind /dev /dev --unshare-user --unshare-pid -- CMD",
    );
  });

  it("leaves out what the machine cannot do", () => {
    const policy = plan(fromLegacy({ type: "read-only" }, { cwd: W, fs: fakeFs({}) }));
    expect(bwrapArguments(policy, ["CMD"]).join(" ")).not.toMatch(/unshare-net|proc/);
    expect(policy.seccomp).toBe("restricted");
  });

  it("changes to the real folder of a working directory that was reached through a link", () => {
    const profile = fromLegacy({ type: "read-only" }, { cwd: W, fs: fakeFs({}) });
    expect(plan(profile, "/srv/link", { "/srv/link": O }).chdir).toBe(O);
    expect(plan(profile, W).chdir).toBeNull();
    expect(plan(profile, "/does/not/exist").chdir).toBeNull();
  });

  it("names the mount points that bubblewrap will leave behind", () => {
    expect(
      plan(fromLegacy(workspaceWrite({ writable_roots: [] }), { cwd: W, fs: fakeFs({ directories: [W] }) }))
        .placeholders,
    ).toEqual([`${W}/.codex`]);
  });
});

describe("the argument vector of bubblewrap", () => {
  it.each(vectors)("$name", vector => {
    expect(argumentsOf(vector)).toBe(spelled(`--new-session --die-with-parent ${vector.expected} -- CMD`));
  });
});

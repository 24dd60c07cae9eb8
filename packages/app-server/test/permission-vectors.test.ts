import { mkdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

/** In the vectors a path that begins with W lies in the workspace, with O in a folder beside it, with H in the home. */
function places(world: World): (value: unknown) => ReturnType<typeof JSON.parse> {
  const named: Record<string, string> = {
    W: world.workspace,
    O: path.join(path.dirname(world.workspace), "other"),
    H: world.home,
  };
  return value =>
    JSON.parse(JSON.stringify(value).replaceAll(/"([WOH])(?=[/"])/g, (_text, name: string) => `"${named[name]}`));
}

const special = (kind: string, more: Json = {}) => ({ type: "special", value: { kind, ...more } });
const project = (subpath: string | null = null) => special("project_roots", { subpath });
const at = (file: string) => ({ type: "path", path: file });
const glob = (pattern: string) => ({ type: "glob_pattern", pattern });
const entry = (where: Json, access: string) => ({ path: where, access });
const managed = (entries: Json[], enabled = false, depth?: number) => ({
  type: "managed",
  network: { enabled },
  fileSystem: { type: "restricted", entries, ...(depth === undefined ? {} : { globScanMaxDepth: depth }) },
});
const unrestricted = (enabled: boolean) => ({
  type: "managed",
  network: { enabled },
  fileSystem: { type: "unrestricted" },
});
const full = { type: "fullAccess" };
const restrictedReads = (includePlatformDefaults: boolean, readableRoots: string[]) => ({
  type: "restricted",
  includePlatformDefaults,
  readableRoots,
});
const readOnly = (access: Json = full) => ({ type: "readOnly", access, networkAccess: false });
const workspaceWrite = (more: Json = {}) => ({
  type: "workspaceWrite",
  writableRoots: ["H/memories"],
  readOnlyAccess: full,
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
  ...more,
});
const [root, cwd, slashTmp, tmpdir, minimal] = [
  special("root"),
  special("current_working_directory"),
  special("slash_tmp"),
  special("tmpdir"),
  special("minimal"),
];
const workspaceEntries = (...metadata: string[]) => [
  entry(root, "read"),
  entry(cwd, "write"),
  entry(slashTmp, "write"),
  entry(tmpdir, "write"),
  entry(at("H/memories"), "write"),
  ...metadata.map(file => entry(at(file), "read")),
];

const profileFile = (lines: string) => `default_permissions = "p"\n${lines}`;

interface Vector {
  config?: string;
  params?: Json;
  /** Folders made in the workspace. */
  folders?: string[];
  sandbox: Json;
  profile: Json;
}

const vectors: Record<string, Vector> = {
  "V1: nothing was said": { sandbox: readOnly(), profile: managed([entry(root, "read")]) },
  "V2: workspace-write": {
    config: 'sandbox_mode = "workspace-write"',
    sandbox: workspaceWrite(),
    profile: managed(workspaceEntries("W/.codex")),
  },
  "V3: workspace-write in a repository": {
    config: 'sandbox_mode = "workspace-write"',
    folders: [".git"],
    sandbox: workspaceWrite(),
    profile: managed(workspaceEntries("W/.git", "W/.codex")),
  },
  "roots are shown as they were written": {
    config: 'sandbox_mode = "workspace-write"\nsandbox_workspace_write.writable_roots = ["/zz", "/zz"]',
    sandbox: workspaceWrite({ writableRoots: ["/zz", "/zz", "H/memories"] }),
    profile: managed([
      ...workspaceEntries().slice(0, 4),
      entry(at("/zz"), "write"),
      entry(at("/zz"), "write"),
      entry(at("H/memories"), "write"),
      entry(at("W/.codex"), "read"),
    ]),
  },
  "V4: danger-full-access": {
    params: { sandbox: "danger-full-access" },
    sandbox: { type: "dangerFullAccess" },
    profile: { type: "disabled" },
  },
  "V5: external with network": {
    params: { permissionProfile: { type: "external", network: { enabled: true } } },
    sandbox: { type: "externalSandbox", networkAccess: "enabled" },
    profile: { type: "external", network: { enabled: true } },
  },
  "V6: unrestricted files without network": {
    params: { permissionProfile: unrestricted(false) },
    sandbox: { type: "externalSandbox", networkAccess: "restricted" },
    profile: unrestricted(false),
  },
  "V7: unrestricted files with network": {
    params: { permissionProfile: unrestricted(true) },
    sandbox: { type: "dangerFullAccess" },
    profile: { type: "disabled" },
  },
  "V8: writing everywhere with network": {
    params: { permissionProfile: managed([entry(root, "write")], true) },
    sandbox: { type: "dangerFullAccess" },
    profile: managed([entry(root, "write")], true),
  },
  "V9: one file denied": {
    params: { permissionProfile: managed([entry(root, "read"), entry(at("O/key"), "none")]) },
    sandbox: readOnly(restrictedReads(false, ["/"])),
    profile: managed([entry(root, "read"), entry(at("O/key"), "none")]),
  },
  "V10: a pattern denied, to a depth": {
    params: { permissionProfile: managed([entry(root, "read"), entry(glob("O/**/*.pem"), "none")], false, 7) },
    sandbox: readOnly(restrictedReads(false, ["/"])),
    profile: managed([entry(root, "read"), entry(glob("O/**/*.pem"), "none")], false, 7),
  },
  "V11: a writable project": {
    params: {
      permissionProfile: managed([entry(root, "read"), entry(special("project_roots"), "write")]),
    },
    sandbox: workspaceWrite({ excludeTmpdirEnvVar: true, excludeSlashTmp: true }),
    profile: managed([entry(root, "read"), entry(project(), "write"), entry(at("H/memories"), "write")]),
  },
  "V13: the platform's folders and the workspace, to read": {
    params: { permissionProfile: managed([entry(minimal, "read"), entry(cwd, "read")]) },
    sandbox: readOnly(restrictedReads(true, ["W"])),
    profile: managed([entry(minimal, "read"), entry(cwd, "read")]),
  },
  "V21: a further folder to write, and the network": {
    params: {
      permissionProfile: managed([entry(root, "read"), entry(cwd, "write"), entry(at("O/a"), "write")], true),
    },
    sandbox: workspaceWrite({
      writableRoots: ["O/a", "H/memories"],
      networkAccess: true,
      excludeTmpdirEnvVar: true,
      excludeSlashTmp: true,
    }),
    profile: managed(
      [entry(root, "read"), entry(cwd, "write"), entry(at("O/a"), "write"), entry(at("H/memories"), "write")],
      true,
    ),
  },
  "V22: a configured profile": {
    config: profileFile(
      '[permissions.p.filesystem]\n":root" = "read"\n[permissions.p.filesystem.":project_roots"]\n"." = "write"\n"docs" = "read"\n"docs/private" = "none"\n"**/*.env" = "none"',
    ),
    sandbox: workspaceWrite({
      readOnlyAccess: restrictedReads(false, ["W/docs", "/"]),
      excludeTmpdirEnvVar: true,
      excludeSlashTmp: true,
    }),
    profile: managed([
      entry(glob("W/**/*.env"), "none"),
      entry(project(), "write"),
      entry(project("docs"), "read"),
      entry(project("docs/private"), "none"),
      entry(root, "read"),
      entry(at("H/memories"), "write"),
    ]),
  },
  "V23: a token of the future": {
    config: profileFile('[permissions.p.filesystem]\n":future" = "write"'),
    sandbox: readOnly(restrictedReads(false, [])),
    profile: managed([entry(special("unknown", { path: ":future", subpath: null }), "write")]),
  },
  "V24: a profile that the call names, over a mode in the file": {
    config: 'sandbox_mode = "workspace-write"\n[permissions.p.filesystem]\n":minimal" = "read"',
    params: { config: { default_permissions: "p" } },
    sandbox: readOnly(restrictedReads(true, [])),
    profile: managed([entry(minimal, "read")]),
  },
  "V24: a mode that the call names, over a profile in the file": {
    config: profileFile('[permissions.p.filesystem]\n":minimal" = "read"'),
    params: { config: { sandbox_mode: "workspace-write" } },
    sandbox: workspaceWrite(),
    profile: managed(workspaceEntries("W/.codex")),
  },
};

describe("the permissions that a started thread shows", () => {
  it.each(Object.entries(vectors))(
    "%s",
    async (_name, { config = "", params = {}, folders = [], sandbox, profile }) => {
      const world = await World.create({ config });
      const real = places(world);
      for (const folder of folders) mkdirSync(path.join(world.workspace, folder));
      const client = await world.client();
      const started = await client.call("thread/start", { cwd: world.workspace, ...real(params) });
      expect(started["sandbox"]).toEqual(real(sandbox));
      expect(started["permissionProfile"]).toEqual(real(profile));
    },
  );

  it("are shown to clients that never asked for what is experimental, too", async () => {
    const client = await (await World.create()).client({});
    expect(await client.call("thread/start", {})).toMatchObject({ permissionProfile: { type: "managed" } });
  });
});

const OUTSIDE =
  "permissions profile requests filesystem writes outside the workspace root, which is not supported until the runtime enforces FileSystemSandboxPolicy directly";

describe("permissions that cannot be", () => {
  const profile = managed([entry(root, "read"), entry(at("O/a"), "write")]);
  it.each<[string, string, Json, string | RegExp]>([
    [
      "V20: a write outside, of a thread",
      "thread/start",
      { permissionProfile: profile },
      `failed to load configuration: invalid permission_profile override: ${OUTSIDE}`,
    ],
    [
      "a write outside, of a command",
      "command/exec",
      { command: ["true"], permissionProfile: profile },
      `invalid permission profile: ${OUTSIDE}`,
    ],
    [
      "a write outside, of a turn",
      "turn/start",
      { input: [], permissionProfile: profile },
      /^invalid turn context override: invalid value for `permission_profile`: .+: permissions profile requests filesystem writes outside the workspace root, which/,
    ],
    [
      "both kinds, for a turn",
      "turn/start",
      { input: [], permissionProfile: { type: "disabled" }, sandboxPolicy: { type: "dangerFullAccess" } },
      "`permissionProfile` cannot be combined with `sandboxPolicy`",
    ],
    [
      "both kinds, for a command",
      "command/exec",
      { command: ["true"], permissionProfile: { type: "disabled" }, sandboxPolicy: { type: "dangerFullAccess" } },
      "`permissionProfile` cannot be combined with `sandboxPolicy`",
    ],
    [
      "V10: a depth of zero",
      "thread/start",
      { permissionProfile: managed([entry(glob("O/**/*.pem"), "none")], false, 0) },
      "invalid value: integer `0`, expected a nonzero usize",
    ],
    [
      "an unknown type",
      "thread/start",
      { permissionProfile: { type: "open" } },
      "Invalid request: unknown variant `open`",
    ],
    [
      "an unknown kind",
      "thread/start",
      { permissionProfile: managed([entry(special("home"), "read")]) },
      "Invalid request: unknown variant `home`",
    ],
    [
      "an unknown access",
      "thread/start",
      { permissionProfile: managed([entry(root, "deny")]) },
      "Invalid request: unknown variant `deny`",
    ],
    [
      "no network in a managed profile",
      "thread/start",
      { permissionProfile: { type: "managed", fileSystem: { type: "unrestricted" } } },
      "Invalid request: missing field `network`",
    ],
    [
      "no network in an external one",
      "thread/start",
      { permissionProfile: { type: "external" } },
      "Invalid request: missing field `network`",
    ],
    [
      "the older form without a type",
      "thread/start",
      { permissionProfile: { network: { enabled: true }, file_system: { read: ["/"] } } },
      "Invalid request: missing field `type`",
    ],
    [
      "a relative path",
      "thread/start",
      { permissionProfile: managed([entry(at("docs"), "read")]) },
      "AbsolutePathBuf deserialized without a base path",
    ],
  ])("%s", async (_name, method, params, message) => {
    const world = await World.create();
    const client = await world.client();
    const thread = method === "turn/start" ? await client.call("thread/start", {}) : null;
    const threadId = thread === null ? {} : { threadId: thread["thread"].id };
    const error = await client.refused(method, { ...threadId, ...places(world)(params) });
    expect(error["code"]).toBe(-32600);
    expect(error["message"]).toMatch(message);
  });

  it("are none where a profile only grants nothing", async () => {
    const client = await (await World.create()).client();
    const started = await client.call("thread/start", { permissionProfile: managed([]) });
    expect(started["permissionProfile"]).toEqual(managed([]));
    const readGlob = managed([entry(glob("/etc/*"), "read")]);
    expect((await client.call("thread/start", { permissionProfile: readGlob }))["sandbox"]).toEqual(
      readOnly(restrictedReads(false, [])),
    );
  });
});

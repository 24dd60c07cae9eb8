import {
  buildShellEnvironment,
  type Config,
  DEFAULT_SHELL_ENVIRONMENT_POLICY,
  folderToTrust,
  resolveOpenAiBaseUrl,
  type ShellEnvironmentPolicy,
} from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, world } from "./helpers.ts";

const load = async (toml: string, more: Parameters<ReturnType<typeof world>["load"]>[0] = {}) =>
  world({ "home/config.toml": toml }).load(more);
const config = async (toml: string, more: Parameters<ReturnType<typeof world>["load"]>[0] = {}): Promise<Config> =>
  (await load(toml, more)).config;

describe("defaults", () => {
  it("hold where nothing is set", async () => {
    expect(await config("")).toMatchObject({
      model: null,
      modelProviderId: "openai",
      approvalPolicy: "on-request",
      approvalsReviewer: "user",
      sandboxMode: "read-only",
      sandboxPolicy: { type: "read-only", access: { type: "full-access" }, network_access: false },
      webSearchMode: "cached",
      personality: "pragmatic",
      projectDocMaxBytes: 32_768,
      backgroundTerminalMaxTimeoutMs: 300_000,
      fileOpener: "vscode",
      history: { persistence: "save-all", maxBytes: null },
      agents: { maxThreads: 6, maxDepth: 1 },
      windows: { sandbox: null, sandboxPrivateDesktop: true },
      realtime: { type: "conversational", transport: "webrtc" },
      allowLoginShell: true,
      toolsViewImage: true,
      tui: { terminalTitle: null, alternateScreen: "auto" },
    });
  });

  it("clamp and floor numbers that are out of range", async () => {
    const { memories, backgroundTerminalMaxTimeoutMs } = await config(
      "background_terminal_max_timeout = 1\n[memories]\nmax_unused_days = 999\nmin_rollout_idle_hours = 0\nmax_rollout_age_days = -3\n",
    );
    expect([memories.maxUnusedDays, memories.minRolloutIdleHours, memories.maxRolloutAgeDays]).toEqual([365, 1, 0]);
    expect(backgroundTerminalMaxTimeoutMs).toBe(5000);
  });

  it("keep an empty terminal title apart from an unset one", async () => {
    expect((await config("[tui]\nterminal_title = []\n")).tui.terminalTitle).toEqual([]);
  });
});

describe("profiles", () => {
  const toml = `model = "base"
profile = "one"
web_search = "live"
[tools.web_search]
context_size = "low"
allowed_domains = ["a"]
[windows]
sandbox_private_desktop = false
[profiles.one]
model = "one"
web_search = "disabled"
[profiles.one.tools.web_search]
context_size = "high"
[profiles.one.windows]
sandbox_private_desktop = true
[profiles.two]
approval_policy = "never"
`;
  it("stand above the files and below a request", async () => {
    expect(await config(toml)).toMatchObject({
      profile: "one",
      model: "one",
      webSearchMode: "disabled",
      webSearch: { contextSize: "high", allowedDomains: ["a"] },
      windows: { sandboxPrivateDesktop: true },
    });
    expect(await config(toml, { overrides: { model: "asked" } })).toMatchObject({ model: "asked" });
  });

  it("are chosen by -p before the key", async () => {
    expect(await config(toml, { profile: "two" })).toMatchObject({
      profile: "two",
      model: "base",
      approvalPolicy: "never",
    });
  });

  it("must exist", async () => {
    expect((await failure(load('profile = "zz"'))).message).toBe("config profile `zz` not found");
    expect((await failure(load("", { profile: "toString" }))).message).toBe("config profile `toString` not found");
  });
});

describe("approval policy", () => {
  it("fills the two flags that may be left out with false", async () => {
    const { approvalPolicy } = await config(
      "approval_policy = { granular = { sandbox_approval = true, rules = false, mcp_elicitations = true } }",
    );
    expect(approvalPolicy).toEqual({
      granular: {
        sandbox_approval: true,
        rules: false,
        skill_approval: false,
        request_permissions: false,
        mcp_elicitations: true,
      },
    });
  });

  it("reads the older `reject` with every flag turned round, and warns", async () => {
    const { config: read, warnings } = await load(
      "approval_policy = { reject = { rules = true, sandbox_approval = false } }",
    );
    expect(read.approvalPolicy).toEqual({
      granular: {
        sandbox_approval: true,
        rules: false,
        skill_approval: true,
        request_permissions: true,
        mcp_elicitations: true,
      },
    });
    expect(warnings[0]).toMatchObject({
      code: "old_spelling",
      keyPath: "approval_policy",
      range: { start: { line: 1, column: 19 } },
    });
    expect(warnings[0]?.message).toContain("granular");
  });

  it("refuses a `reject` that is not made of booleans", async () => {
    expect((await failure(load("approval_policy = { reject = { rules = 1 } }"))).reason).toContain(
      "unknown variant `reject`",
    );
  });
});

describe("providers", () => {
  const providerErrors: [string, string][] = [
    [
      "[model_providers.openai]\nname = 'x'\n[model_providers.ollama]\nname = 'x'\n",
      "model_providers contains reserved built-in provider IDs: `ollama`, `openai`. Built-in providers cannot be overridden. Rename your custom provider (for example, `openai-custom`).",
    ],
    [
      "[model_providers.x]\nname = 'x'\nenv_key = 'K'\nrequires_openai_auth = true\nauth = {command = 'c'}\n",
      "model_providers.x: provider auth cannot be combined with env_key, requires_openai_auth",
    ],
    [
      "[model_providers.x]\nname = 'x'\nauth = {command = ' '}\n",
      "model_providers.x: provider auth.command must not be empty",
    ],
    ["[model_providers.x]\nname = ' '\n", "model_providers.x: provider name must not be empty"],
    ["model_provider = 'zz'", "Model provider `zz` not found"],
    ["model_provider = 'ollama-chat'", "`ollama-chat` is no longer supported."],
    [
      "[model_providers.amazon-bedrock]\nbase_url = 'x'\n",
      "model_providers.amazon-bedrock only supports changing `aws.profile` and `aws.region`",
    ],
    ["[agents]\nmax_threads = 0", "agents.max_threads must be at least 1"],
    [
      "[agents]\nmax_threads = 2\n[features]\nmulti_agent_v2 = true",
      "agents.max_threads cannot be set when multi_agent_v2 is enabled",
    ],
  ];
  for (const [toml, message] of providerErrors) {
    it(`${JSON.stringify(toml)} is refused`, async () => {
      expect((await failure(load(toml))).reason).toContain(message);
    });
  }

  it("cap retries, keep refresh_interval_ms = 0, and resolve auth.cwd where it is written", async () => {
    const { config: read, stack } = await load(
      "model_provider = 'x'\n[model_providers.x]\nname = 'X'\nrequest_max_retries = 1000\n[model_providers.x.auth]\ncommand = 'c'\nrefresh_interval_ms = 0\ncwd = './t'\n",
    );
    expect(read.modelProvider).toMatchObject({
      name: "X",
      requestMaxRetries: 100,
      streamMaxRetries: 5,
      auth: { command: "c", timeoutMs: 5000, refreshIntervalMs: 0, cwd: `${stack.codexHome}/t` },
    });
  });

  it("let only profile and region of amazon-bedrock be set", async () => {
    const { modelProviders } = await config("[model_providers.amazon-bedrock.aws]\nregion = 'eu-west-1'\n");
    expect(modelProviders["amazon-bedrock"]?.aws).toEqual({ profile: null, region: "eu-west-1" });
  });

  it("take local addresses from the environment", async () => {
    const at = async (env: Record<string, string>) => (await config("", { env })).modelProviders["ollama"]?.baseUrl;
    expect(await at({})).toBe("http://localhost:11434/v1");
    expect(await at({ CODEX_OSS_PORT: "99" })).toBe("http://localhost:99/v1");
    expect(await at({ CODEX_OSS_PORT: "99999" })).toBe("http://localhost:11434/v1");
    expect(await at({ CODEX_OSS_BASE_URL: "http://box/v1", CODEX_OSS_PORT: "99" })).toBe("http://box/v1");
  });

  it("send `openai_base_url` to the built-in provider, and fall back to the variable with a warning", async () => {
    const env = { OPENAI_BASE_URL: "http://env" };
    const byKey = await load("openai_base_url = 'http://key'", { env });
    expect([byKey.config.modelProvider.baseUrl, byKey.warnings]).toEqual(["http://key", []]);
    const byEnv = await load("", { env });
    expect(byEnv.config.modelProvider.baseUrl).toBe("http://env");
    expect(byEnv.warnings.map(warning => warning.code)).toEqual(["deprecated_env"]);
    expect(resolveOpenAiBaseUrl(null, env, false)).toEqual({});
    expect(resolveOpenAiBaseUrl(null, { OPENAI_BASE_URL: " " })).toEqual({});
  });
});

describe("the shell's environment", () => {
  const env = { PATH: "/bin", API_KEY: "k", FOO: "f", HOME: "/h" };
  const build = (policy: Partial<ShellEnvironmentPolicy>, options = {}) =>
    buildShellEnvironment({ ...DEFAULT_SHELL_ENVIRONMENT_POLICY, ...policy }, env, options);

  it("is everything by default", () => {
    expect(build({})).toEqual(env);
  });
  it("drops secrets, adds what is set, and keeps what is listed, in this order", () => {
    const policy = { ignoreDefaultExcludes: false, set: { TOKEN_X: "1" }, includeOnly: ["*TOKEN*", "path"] };
    expect(build(policy, { threadId: "t" })).toEqual({ PATH: "/bin", TOKEN_X: "1", CODEX_THREAD_ID: "t" });
  });
  it("starts from the core names or from nothing", () => {
    expect(build({ inherit: "core" })).toEqual({ PATH: "/bin", HOME: "/h" });
    expect(build({ inherit: "none", set: { A: "b" } })).toEqual({ A: "b" });
  });
  it("matches whole names, without regard to case", () => {
    expect(build({ exclude: ["f?o", "home", "a*y", "PAT"] })).toEqual({ PATH: "/bin" });
  });
  it("has PATHEXT on Windows, where names have no case", () => {
    expect(
      buildShellEnvironment(
        { ...DEFAULT_SHELL_ENVIRONMENT_POLICY, inherit: "core" },
        { Path: "x" },
        { platform: "win32" },
      ),
    ).toEqual({
      Path: "x",
      PATHEXT: ".COM;.EXE;.BAT;.CMD",
    });
  });
  it("is read from the file", async () => {
    const { shellEnvironmentPolicy } = await config(
      "[shell_environment_policy]\ninherit = 'core'\nset = { A = 'b' }\nexclude = ['X']\n",
    );
    expect(shellEnvironmentPolicy).toMatchObject({
      inherit: "core",
      set: { A: "b" },
      exclude: ["X"],
      ignoreDefaultExcludes: true,
    });
  });
});

describe("the sandbox", () => {
  it("lets workspace-write write its roots, --add-dir and the memories", async () => {
    const {
      home,
      load: loadWorld,
      work,
    } = world({
      "home/config.toml":
        "sandbox_mode = 'workspace-write'\n[sandbox_workspace_write]\nwritable_roots = ['./r']\nnetwork_access = true\n",
    });
    const { config: read } = await loadWorld({ overrides: { additionalWritableRoots: ["/extra"] } });
    expect(read.sandboxPolicy).toEqual({
      type: "workspace-write",
      writable_roots: [`${home}/r`, "/extra", `${home}/memories`],
      read_only_access: { type: "full-access" },
      network_access: true,
      exclude_tmpdir_env_var: false,
      exclude_slash_tmp: false,
    });
    expect(read.fileSystemPolicy.entries).toContainEqual({
      path: { type: "path", path: `${work}/.codex` },
      access: "read",
    });
    expect(read.networkPolicy).toBe("enabled");
  });

  it("is off with danger-full-access", async () => {
    expect(await config("sandbox_mode = 'danger-full-access'")).toMatchObject({
      permissionProfile: { type: "disabled" },
      networkPolicy: "enabled",
    });
  });

  it("is read-only on Windows where there is none", async () => {
    expect((await config("sandbox_mode = 'workspace-write'", { platform: "win32" })).sandboxMode).toBe("read-only");
  });
});

describe("[permissions.<name>]", () => {
  const profile = (filesystem: string, rest = ""): string =>
    `default_permissions = "p"\n[permissions.p.filesystem]\n${filesystem}\n${rest}`;

  it("is compiled in byte order of its keys", async () => {
    const {
      load: loadWorld,
      work,
      home,
    } = world({
      "home/config.toml": profile(
        '":root" = "read"\n":project_roots" = { "." = "write", docs = "read", "docs/private" = "none", "**/*.env" = "none" }\nglob_scan_max_depth = 4',
      ),
    });
    const { config: read, warnings } = await loadWorld();
    expect(read.fileSystemPolicy).toEqual({
      kind: "restricted",
      glob_scan_max_depth: 4,
      entries: [
        { path: { type: "glob_pattern", pattern: `${work}/**/*.env` }, access: "none" },
        { path: { type: "special", value: { kind: "project_roots" } }, access: "write" },
        { path: { type: "special", value: { kind: "project_roots", subpath: "docs" } }, access: "read" },
        { path: { type: "special", value: { kind: "project_roots", subpath: "docs/private" } }, access: "none" },
        { path: { type: "special", value: { kind: "root" } }, access: "read" },
        { path: { type: "path", path: `${home}/memories` }, access: "write" },
      ],
    });
    expect([read.sandboxPolicy.type, read.sandboxMode, read.permissionsName]).toEqual(["workspace-write", null, "p"]);
    expect(warnings).toEqual([]);
  });

  it("warns about unbounded globs off macOS", async () => {
    const toml = profile('":project_roots" = { "." = "write", "**/*.env" = "none" }');
    expect((await load(toml)).warnings.map(warning => warning.message)).toEqual([
      "Filesystem deny-read glob `:project_roots/**/*.env` uses `**`. Non-macOS sandboxing does not support unbounded `**` natively; set `glob_scan_max_depth` in this filesystem profile to cap Linux glob expansion and silence this warning, or enumerate explicit depths such as `*.env`, `*/*.env`, and `*/*/*.env`.",
    ]);
    expect((await load(toml, { platform: "darwin" })).warnings).toEqual([]);
  });

  it("keeps unknown tokens, with a warning", async () => {
    const { config: read, warnings } = await load(profile('":future" = "write"\n":later" = { a = "read" }'));
    expect(read.fileSystemPolicy.entries?.[0]).toEqual({
      path: { type: "special", value: { kind: "unknown", path: ":future" } },
      access: "write",
    });
    expect(warnings.map(warning => warning.message.split(" is not")[0])).toEqual([
      "Configured filesystem path `:future`",
      "Configured filesystem path `:later` with nested entry `a`",
    ]);
  });

  it("says when it grants nothing, and when older network lists stand in it", async () => {
    const { warnings, config: read } = await load(
      'default_permissions = "p"\n[permissions.p.network]\nenabled = true\nallowed_domains = ["x"]\n',
    );
    expect(warnings.map(warning => warning.code)).toEqual(["old_spelling", "permissions"]);
    expect(warnings[0]?.message).toContain("Use `domains` instead");
    expect([read.networkPolicy, read.networkProxy?.domains]).toEqual(["enabled", {}]);
  });

  const refused: [string, string][] = [
    [
      '[permissions.p.filesystem]\n"/a" = "read"\n',
      "config defines `[permissions]` profiles but does not set `default_permissions`",
    ],
    ['default_permissions = "p"', "default_permissions requires a `[permissions]` table"],
    ['default_permissions = "q"\n[permissions.p]\n', "default_permissions refers to undefined profile `q`"],
    [profile("glob_scan_max_depth = 0"), "glob_scan_max_depth must be at least 1"],
    [profile('"rel" = "read"'), "filesystem path `rel` must be absolute, use `~/...`, or start with `:`"],
    [
      profile('"/a" = { "../b" = "read" }'),
      "filesystem subpath `../b` must be a descendant path without `.` or `..` components",
    ],
    [profile('":root" = { a = "read" }'), "filesystem path `:root` does not support nested entries"],
    [
      profile('"/a/*.pem" = "read"'),
      "filesystem glob path `/a/*.pem` only supports `none` access; use an exact path or trailing `/**` for `read` subtree access",
    ],
    [
      profile('"/a" = "write"\n":root" = "read"'),
      "permissions profile requests filesystem writes outside the workspace root, which is not supported until the runtime enforces FileSystemSandboxPolicy directly",
    ],
  ];
  for (const [toml, message] of refused) {
    it(`is refused: ${message}`, async () => {
      expect((await failure(load(toml))).reason).toBe(message);
    });
  }

  it("counts when it was set last, the older mode when that was", async () => {
    const both = `sandbox_mode = "read-only"\n${profile('":root" = "read"')}`;
    expect((await config(both)).permissionsName).toBe("p");
    expect((await config(both, { c: ["sandbox_mode=workspace-write"] })).permissionsName).toBeNull();
    expect(
      (
        await config('sandbox_mode = "read-only"\n[permissions.p.filesystem]\n":root" = "read"', {
          c: ["default_permissions=p"],
        })
      ).permissionsName,
    ).toBe("p");
    expect((await config(both, { overrides: { sandboxMode: "read-only" } })).permissionsName).toBeNull();
  });
});

describe("trusting a project when a thread starts", () => {
  const facts = { cwd: "/w", gitRoot: null, trustLevel: null, sandboxPolicy: { type: "read-only" } } as const;
  it("happens for an explicit folder and a sandbox that may write", () => {
    expect(folderToTrust(facts, { explicitCwd: true, sandbox: "workspace-write" })).toBe("/w");
    expect(folderToTrust({ ...facts, sandboxPolicy: { type: "danger-full-access" } }, { explicitCwd: true })).toBe(
      "/w",
    );
    expect(folderToTrust({ ...facts, gitRoot: "/repo" }, { explicitCwd: true, sandbox: "danger-full-access" })).toBe(
      "/repo",
    );
  });
  it("never happens for read-only, an implied folder, or where a decision stands", () => {
    expect(folderToTrust(facts, { explicitCwd: true, sandbox: "read-only" })).toBeNull();
    expect(folderToTrust(facts, { explicitCwd: false, sandbox: "workspace-write" })).toBeNull();
    expect(
      folderToTrust({ ...facts, trustLevel: "untrusted" }, { explicitCwd: true, sandbox: "workspace-write" }),
    ).toBeNull();
  });
});

import {
  composeRequirements,
  configRequirementsResponse,
  networkFromView,
  viewNetwork,
  writeConfig,
} from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, world } from "./helpers.ts";

const load = async (requirements: string, config = "", more: Record<string, string> = {}) => {
  const made = world({ "etc/requirements.toml": requirements, "home/config.toml": config, ...more });
  return { ...made, loaded: await made.load() };
};

describe("requirements.toml", () => {
  it("replaces a configured value that is not allowed, and says so", async () => {
    const { loaded, system } = await load(
      'allowed_approval_policies = ["never", "on-request"]',
      'approval_policy = "untrusted"',
    );
    expect(loaded.config.approvalPolicy).toBe("never");
    expect(loaded.warnings.map(warning => warning.message)).toEqual([
      `Configured value for \`approval_policy\` is disallowed by requirements; falling back to required value Never. Details: invalid value for \`approval_policy\`: \`UnlessTrusted\` is not in the allowed set [Never, OnRequest] (set by ${system}/requirements.toml)`,
    ]);
  });

  it("fills in what a required granular policy leaves out", async () => {
    const policy = "{ granular = { sandbox_approval = true, rules = false, mcp_elicitations = true } }";
    const { loaded } = await load(`allowed_approval_policies = [${policy}]`, 'approval_policy = "never"');
    expect(loaded.config.approvalPolicy).toEqual({
      granular: {
        sandbox_approval: true,
        rules: false,
        mcp_elicitations: true,
        skill_approval: false,
        request_permissions: false,
      },
    });
  });

  it("replaces a default in silence", async () => {
    const { loaded } = await load('allowed_approval_policies = ["never"]\nallowed_sandbox_modes = ["read-only"]');
    expect([loaded.config.approvalPolicy, loaded.config.sandboxMode]).toEqual(["never", "read-only"]);
    expect(loaded.warnings).toEqual([]);
  });

  it("replaces the default of web search, too, but tells it", async () => {
    const shown = async (allowed: string, config = ""): Promise<[string, string | undefined]> => {
      const { loaded } = await load(`allowed_web_search_modes = ${allowed}`, config);
      return [
        loaded.config.webSearchMode,
        /value (\w+)\. .*: `(\w+)` .* (\[.*\])/
          .exec(loaded.warnings[0]?.message ?? "")
          ?.slice(1)
          .join(" "),
      ];
    };
    expect(await shown('["live"]')).toEqual(["live", "Live Cached [Disabled, Live]"]);
    expect(await shown("[]")).toEqual(["disabled", "Disabled Cached [Disabled]"]);
    expect(await shown('["cached"]', "features.web_search_request = true")).toEqual([
      "cached",
      "Cached Live [Disabled, Cached]",
    ]);
    expect(await shown('["live", "cached"]')).toEqual(["cached", undefined]);
  });

  it("falls back to read-only for the sandbox, with the policy spelled out", async () => {
    const { loaded, system } = await load('allowed_sandbox_modes = ["read-only"]', 'sandbox_mode = "workspace-write"');
    expect(loaded.config.sandboxPolicy.type).toBe("read-only");
    expect(loaded.warnings[0]?.message).toBe(
      `Configured value for \`sandbox_mode\` is disallowed by requirements; falling back to required value ReadOnly { access: FullAccess, network_access: false }. Details: invalid value for \`sandbox_mode\`: \`WorkspaceWrite\` is not in the allowed set [ReadOnly] (set by ${system}/requirements.toml)`,
    );
  });

  it("knows both names of the automatic reviewer", async () => {
    const { loaded } = await load('allowed_approvals_reviewers = ["auto_review", "user"]');
    expect(loaded.config.approvalsReviewer).toBe("user");
    expect(configRequirementsResponse(loaded.requirements).requirements?.allowedApprovalsReviewers).toEqual([
      "guardian_subagent",
      "user",
    ]);
  });

  it("always allows web search to be off", async () => {
    const { loaded } = await load('allowed_web_search_modes = ["cached"]', 'web_search = "disabled"');
    expect(loaded.config.webSearchMode).toBe("disabled");
    expect(configRequirementsResponse(loaded.requirements).requirements?.allowedWebSearchModes).toEqual([
      "cached",
      "disabled",
    ]);
  });

  it("chooses sandbox modes by host name", async () => {
    const toml =
      'allowed_sandbox_modes = ["read-only"]\n[[remote_sandbox_config]]\nhostname_patterns = ["*.EXAMPLE."]\nallowed_sandbox_modes = ["read-only", "danger-full-access"]\n';
    const { loaded } = await load(toml, 'sandbox_mode = "danger-full-access"');
    expect(loaded.config.sandboxMode).toBe("danger-full-access");
  });

  it("switches off MCP servers that are not listed as they are", async () => {
    const { loaded, system } = await load(
      '[mcp_servers.a.identity]\ncommand = "good"\n[mcp_servers.b.identity]\nurl = "https://good"\n',
      '[mcp_servers.a]\ncommand = "good"\n[mcp_servers.b]\nurl = "https://bad"\n[mcp_servers.c]\ncommand = "x"\n',
    );
    const states = Object.fromEntries(
      Object.entries(loaded.config.mcpServers).map(([name, server]) => [name, server.enabled]),
    );
    expect(states).toEqual({ a: true, b: false, c: false });
    expect(loaded.config.mcpServers["c"]?.disabledReason).toBe(`requirements (${system}/requirements.toml)`);
  });

  it("adds what nobody may read to the policy, and takes full access away", async () => {
    const made = world({
      "etc/requirements.toml": '[permissions.filesystem]\ndeny_read = ["/secret", "./rel", "~/x/**/*.pem"]\n',
      "home/config.toml": 'sandbox_mode = "danger-full-access"',
    });
    const { config, warnings } = await made.load({ env: { HOME: "/home/me" } });
    expect(config.sandboxMode).toBe("read-only");
    expect(config.fileSystemPolicy.entries?.filter(entry => entry.access === "none").map(entry => entry.path)).toEqual([
      { type: "path", path: "/secret" },
      { type: "path", path: `${made.system}/rel` },
      { type: "glob_pattern", pattern: "/home/me/x/**/*.pem" },
    ]);
    expect(warnings[0]?.message).toContain(
      "`danger-full-access` is not in the allowed set [read-only, workspace-write]",
    );
  });

  const broken: [string, string][] = [
    ["allowed_approval_policies = []", "field `allowed_approval_policies` cannot be empty"],
    ["allowed_approvals_reviewers = []", "field `allowed_approvals_reviewers` cannot be empty"],
    [
      'allowed_sandbox_modes = ["workspace-write"]',
      "invalid value for `allowed_sandbox_modes`: `[WorkspaceWrite]` is not in the allowed set must include 'read-only' to allow any SandboxPolicy (set by ETC/requirements.toml)",
    ],
    [
      "[rules]\nprefix_rules = []",
      "invalid rules in requirements (set by ETC/requirements.toml): rules prefix_rules cannot be empty",
    ],
    ...Object.entries({
      "{}": "set either token or any_of",
      '{token = "a", any_of = ["b"]}': "set either token or any_of, not both",
      "{any_of = []}": "any_of cannot be empty",
      '{token = ""}': "token cannot be empty",
    }).map(([token, why]): [string, string] => [
      `[rules]\nprefix_rules = [{pattern = [{token = "x"}, ${token}], decision = "prompt"}]`,
      `invalid rules in requirements (set by ETC/requirements.toml): rules prefix_rule at index 0 has an invalid pattern token at index 1: ${why}`,
    ]),
    [
      '[rules]\nprefix_rules = [{pattern = [{token = "rm"}], decision = "allow"}]',
      "invalid rules in requirements (set by ETC/requirements.toml): rules prefix_rule at index 0 has decision 'allow', which is not permitted in requirements.toml: Codex merges these rules with other config and uses the most restrictive result (use 'prompt' or 'forbidden')",
    ],
    [
      "allowed_approval_policies = 3",
      "Error parsing requirements file ETC/requirements.toml: TOML parse error at line 1, column 29\n  |\n1 | allowed_approval_policies = 3\n  |                             ^\ninvalid type: integer `3`, expected a sequence\n",
    ],
    [
      'allowed_approval_policies = ["x"]',
      'Error parsing requirements file ETC/requirements.toml: TOML parse error at line 1, column 30\n  |\n1 | allowed_approval_policies = ["x"]\n  |                              ^^^\nunknown variant `x`, expected one of `untrusted`, `on-failure`, `on-request`, `granular`, `never`\n',
    ],
    [
      "a = 1\na = 2",
      "Error parsing requirements file ETC/requirements.toml: TOML parse error at line 2, column 1\n  |\n2 | a = 2\n  | ^\nduplicate key\n",
    ],
    [
      '[experimental_network]\nallowed_domains = ["a"]\n[experimental_network.domains]\nb = "allow"',
      "Error parsing requirements file ETC/requirements.toml: TOML parse error at line 1, column 1\n  |\n1 | [experimental_network]\n  | ^^^^^^^^^^^^^^^^^^^^^^\n`experimental_network.domains` cannot be combined with legacy `allowed_domains` or `denied_domains`\n",
    ],
    [
      '[experimental_network]\nallow_unix_sockets = ["/a"]\nunix_sockets = {"/b" = "none"}',
      "Error parsing requirements file ETC/requirements.toml: TOML parse error at line 1, column 1\n  |\n1 | [experimental_network]\n  | ^^^^^^^^^^^^^^^^^^^^^^\n`experimental_network.unix_sockets` cannot be combined with legacy `allow_unix_sockets`\n",
    ],
  ];
  for (const [toml, message] of broken) {
    it(`is fatal when it says ${JSON.stringify(toml)}`, async () => {
      const made = world({ "etc/requirements.toml": toml });
      const error = await failure(made.load());
      expect(error.message.replaceAll(made.system, "ETC")).toBe(message);
      expect(error.code).toBe("requirements");
    });
  }

  it("is null on the wire when nothing is required, and not when only hidden rules are", async () => {
    expect(configRequirementsResponse({})).toEqual({ requirements: null });
    const { loaded } = await load('guardian_policy_config = " strict "');
    expect(configRequirementsResponse(loaded.requirements).requirements).toMatchObject({
      allowedApprovalPolicies: null,
      network: null,
    });
    expect(loaded.config.autoReviewPolicy).toBe("strict");
  });

  for (const toml of ["[permissions]", "[permissions.filesystem]", "[permissions.filesystem]\ndeny_read = []"]) {
    it(`is shown, and forbids nothing, when it says ${JSON.stringify(toml)}`, async () => {
      const { loaded } = await load(toml, 'sandbox_mode = "danger-full-access"');
      expect(configRequirementsResponse(loaded.requirements).requirements).not.toBeNull();
      expect(loaded.config.sandboxPolicy.type).toBe("danger-full-access");
      expect(loaded.warnings).toEqual([]);
    });
  }

  it("hold for permission profiles, whoever chooses them; what a profile denied stays denied", async () => {
    const etc = { "etc/requirements.toml": 'allowed_sandbox_modes = ["read-only"]' };
    const root = { path: { type: "special", value: { kind: "root" } }, access: "read" };
    for (const permissionProfile of [
      { type: "disabled" },
      { type: "external", network: "enabled" },
      { type: "managed", file_system: { type: "unrestricted" }, network: "enabled" },
    ] as const) {
      const { config } = await world(etc).load({ overrides: { permissionProfile } });
      expect(config.permissionProfile).toMatchObject({
        type: "managed",
        file_system: { type: "restricted", entries: [root] },
        network: "restricted",
      });
      expect(config.sandboxPolicy.type).toBe("read-only");
    }
    const toml =
      'default_permissions = "p"\n[permissions.p.filesystem]\n":root" = "read"\n"/key" = "none"\n[permissions.p.filesystem.":project_roots"]\n"." = "write"\n';
    const { config, warnings } = await world({ ...etc, "home/config.toml": toml }).load();
    expect(config.permissionProfile).toMatchObject({
      file_system: { entries: [root, { path: { type: "path", path: "/key" }, access: "none" }] },
    });
    expect(warnings.map(({ message }) => message).join()).toContain("`WorkspaceWrite` is not in the allowed set");
  });

  it("name full access as it is, also when a profile asks for it", async () => {
    const permissionProfile = { type: "managed", file_system: { type: "unrestricted" }, network: "enabled" } as const;
    const { config } = await world({}).load({ overrides: { permissionProfile } });
    expect(config.permissionProfile).toEqual({ type: "disabled" });
  });

  it("shows managed hooks with the unit of their time-out", async () => {
    const { loaded } = await load(
      '[hooks]\nmanaged_dir = "/opt/hooks"\n[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "x"\ntimeout = 3\n',
    );
    expect(configRequirementsResponse(loaded.requirements).requirements?.hooks).toMatchObject({
      managedDir: "/opt/hooks",
      PreToolUse: [],
      Stop: [
        { matcher: null, hooks: [{ type: "command", command: "x", timeoutSec: 3, async: false, statusMessage: null }] },
      ],
    });
  });

  const nothing = { managedDir: null, windowsManagedDir: null };
  const shown: [toml: string, shows: object | null][] = [
    ["features = {}", null],
    ["hooks = {}", null],
    ["hooks = { Stop = [{ hooks = [] }] }", null],
    ["apps = { a = {} }", null],
    ["apps = { a = { enabled = true } }", { featureRequirements: null, hooks: null }],
    ['hooks = { managed_dir = "/opt/hooks" }', { hooks: { ...nothing, managedDir: "/opt/hooks", Stop: [] } }],
    ['hooks = {}\nguardian_policy_config = "g"', { hooks: { ...nothing, Stop: [] } }],
    ['features = {}\nguardian_policy_config = "g"', { featureRequirements: {} }],
    ['allowed_web_search_modes = ["live", "live"]', { allowedWebSearchModes: ["live", "live", "disabled"] }],
  ];
  it.each(shown)("shows what a table with little in it says: %s", async (toml, shows) => {
    const { requirements } = configRequirementsResponse((await load(toml)).loaded.requirements);
    expect(requirements ?? { nothing: true }).toMatchObject(shows ?? { nothing: true });
  });

  const untyped: [toml: string, why: string][] = [
    [
      "rules = {}",
      "TOML parse error at line 1, column 9\n  |\n1 | rules = {}\n  |         ^^\nmissing field `prefix_rules`\n",
    ],
    [
      "rules = { prefix_rules = [{}] }",
      "TOML parse error at line 1, column 27\n  |\n1 | rules = { prefix_rules = [{}] }\n  |                           ^^\nmissing field `pattern`\n",
    ],
  ];
  it.each(untyped)("refuses rules that lack a field: %s", async (toml, why) => {
    const { load: again, system } = world({ "etc/requirements.toml": toml });
    expect((await failure(again())).message).toBe(
      `Error parsing requirements file ${system}/requirements.toml: ${why}`,
    );
  });
});

describe("network requirements", () => {
  it("read the older lists as the canonical maps; denials win", async () => {
    const { loaded } = await load(
      '[experimental_network]\nallowed_domains = ["a", "b"]\ndenied_domains = ["b", "c"]\nallow_unix_sockets = ["/s"]\nmanaged_allowed_domains_only = true\n',
    );
    expect(configRequirementsResponse(loaded.requirements).requirements?.network).toMatchObject({
      domains: { a: "allow", b: "deny", c: "deny" },
      allowedDomains: ["a"],
      deniedDomains: ["b", "c"],
      unixSockets: { "/s": "allow" },
      allowUnixSockets: ["/s"],
      managedAllowedDomainsOnly: true,
      enabled: null,
    });
  });

  it("keep refused sockets out of the older lists, so those cannot carry them back", () => {
    const view = viewNetwork({ unixSockets: { "/a": "allow", "/n": "none" } });
    expect(view.allowUnixSockets).toEqual(["/a"]);
    expect(networkFromView({ allowUnixSockets: view.allowUnixSockets })).toEqual({ unixSockets: { "/a": "allow" } });
    expect(networkFromView(view)).toEqual({ unixSockets: { "/a": "allow", "/n": "none" } });
  });

  it("treat empty older lists as unset", async () => {
    const { loaded } = await load("[experimental_network]\nallowed_domains = []\n");
    expect(loaded.requirements.network?.value).toEqual({});
  });
});

describe("several sources of requirements", () => {
  it("let the strongest source of a field win, cloud before the system file before managed_config.toml", async () => {
    const made = world({
      "etc/requirements.toml": 'allowed_approval_policies = ["never"]\nallowed_web_search_modes = ["live"]\n',
      "etc/managed_config.toml":
        'approval_policy = "never"\nsandbox_mode = "workspace-write"\napprovals_reviewer = "auto_review"\n',
    });
    const { requirements } = await made.load({ cloudRequirements: 'allowed_approval_policies = ["on-request"]' });
    expect(configRequirementsResponse(requirements).requirements).toMatchObject({
      allowedApprovalPolicies: ["on-request"],
      allowedWebSearchModes: ["live", "disabled"],
      allowedSandboxModes: ["read-only", "workspace-write"],
      allowedApprovalsReviewers: ["guardian_subagent", "user"],
    });
    expect(requirements.allowedApprovalPolicies?.source).toEqual({ type: "cloud" });
  });

  it("read a legacy managed_config.toml as a layer above the user, too", async () => {
    const made = world({
      "home/config.toml": 'approval_policy = "on-request"\n',
      "etc/managed_config.toml": 'approval_policy = "never"\n',
    });
    const { config, warnings } = await made.load();
    expect(config.approvalPolicy).toBe("never");
    expect(warnings).toEqual([]);
  });

  it("switch an app off when any source does", () => {
    const source = { type: "cloud" } as const;
    const apps = (value: Record<string, { enabled?: boolean }>) => ({ apps: { value, source } });
    const composed = composeRequirements([
      apps({ a: { enabled: true }, b: {}, c: { enabled: false } }),
      apps({ a: { enabled: false }, b: { enabled: true }, c: { enabled: true }, d: { enabled: true } }),
    ]);
    expect(composed.apps?.value).toEqual({
      a: { enabled: false },
      b: { enabled: true },
      c: { enabled: false },
      d: { enabled: true },
    });
  });

  it("refuse cloud text that is no TOML without repeating it", async () => {
    const error = await failure(world().load({ cloudRequirements: "secret = = 1" }));
    expect(error.message).toBe(
      "Cloud requirements (workspace-managed policies) are invalid and could not be parsed. Please contact your workspace admin.",
    );
  });
});

describe("pinned features", () => {
  it("hold against the configuration, and pull in what they need", async () => {
    const { loaded } = await load(
      "[features]\nenable_fanout = true\nundo = false\n",
      "[features]\nundo = true\nmulti_agent = false\n",
    );
    expect([loaded.config.features["undo"], loaded.config.features["multi_agent"]]).toEqual([false, true]);
  });

  it("warn about older and unknown names", async () => {
    const { loaded, system } = await load("[features]\ncollab = true\nzz = true\nauto_review = true\n");
    expect(loaded.warnings.map(warning => warning.message)).toEqual([
      `Using legacy \`features\` requirement \`collab\` from ${system}/requirements.toml; prefer canonical feature key \`multi_agent\``,
      `Ignoring unknown \`features\` requirement \`zz\` from ${system}/requirements.toml`,
    ]);
  });

  it("fail the load when they contradict each other", async () => {
    const made = world({ "etc/requirements.toml": "[features]\nenable_fanout = true\nmulti_agent = false\n" });
    const error = await failure(made.load());
    expect(error.message).toContain(
      "invalid value for `features`: `multi_agent=true` is not in the allowed set [multi_agent=false, enable_fanout=true]",
    );
  });

  it("refuse to be written otherwise, also in a profile", async () => {
    const made = world({ "etc/requirements.toml": "[features]\nundo = false\n" });
    const systemPaths = { requirements: `${made.system}/requirements.toml` };
    for (const keyPath of ["features.undo", "profiles.p.features.undo"]) {
      const error = await failure(
        writeConfig(
          { edits: [{ keyPath, value: true, mergeStrategy: "replace" }] },
          { codexHome: made.home, env: {}, systemPaths },
        ),
      );
      expect(error.reason).toContain(`\`${keyPath}=true\` is not in the allowed set [undo=false]`);
    }
  });
});

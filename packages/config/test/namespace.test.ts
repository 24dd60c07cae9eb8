import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { program, put, scratch } from "./helpers.ts";

const BUBBLEWRAP = "bwrap";

/** Whether bubblewrap is there and may make a mount namespace here. */
function hasNamespaces(): boolean {
  return spawnSync(BUBBLEWRAP, ["--ro-bind", "/", "/", "true"], { stdio: "ignore" }).status === 0;
}

/** Loads the settings of HOME as they are on this machine, and prints what the rows below name. */
const SHOW = `import { configRequirementsResponse, loadConfig, readRequirements } from "@codex-ts/config";
const { config, warnings, layers, requirements, stack } = await loadConfig({
  codexHome: process.argv[2] ?? "", cwd: "/", env: { HOME: "/home/me" }, createFolders: false,
});
console.log(JSON.stringify({
  reviewModel: config.reviewModel,
  approvalPolicy: config.approvalPolicy,
  sandboxMode: config.sandboxMode,
  none: config.fileSystemPolicy.entries?.filter(entry => entry.access === "none").map(entry => entry.path),
  warnings: warnings.map(warning => warning.message),
  files: layers.map(layer => layer.name).flatMap(name => (name.file?.startsWith("/etc/") ? [name.file] : [])),
  merged: stack.merged,
  requirements: configRequirementsResponse(requirements).requirements,
  asked: (await readRequirements({ codexHome: process.argv[2] ?? "", env: {} })).requirements !== null,
}));
`;

interface Row {
  name: string;
  files: Record<string, string>;
  shows: object;
}

/** The vectors that need the real /etc/codex. */
const rows: Row[] = [
  {
    name: "system settings and requirements are read; V12: a value that is not allowed gives way with a warning",
    files: {
      "etc/codex/config.toml": 'review_model = "system"\napproval_policy = "untrusted"\n',
      "etc/codex/requirements.toml": 'allowed_approval_policies = ["never", "on-request"]\n',
    },
    shows: {
      reviewModel: "system",
      approvalPolicy: "never",
      warnings: [
        "Configured value for `approval_policy` is disallowed by requirements; falling back to required value Never. Details: invalid value for `approval_policy`: `UnlessTrusted` is not in the allowed set [Never, OnRequest] (set by /etc/codex/requirements.toml)",
      ],
      files: ["/etc/codex/config.toml"],
      asked: true,
    },
  },
  {
    name: "V13: a default that is not allowed gives way in silence",
    files: { "etc/codex/requirements.toml": 'allowed_approval_policies = ["never"]\n' },
    shows: { approvalPolicy: "never", warnings: [] },
  },
  {
    name: "V14: web search may always be off",
    files: { "etc/codex/requirements.toml": 'allowed_web_search_modes = ["cached"]\n' },
    shows: { requirements: { allowedWebSearchModes: ["cached", "disabled"] } },
  },
  {
    name: "V15: older network lists are the maps of today",
    files: {
      "etc/codex/requirements.toml":
        '[experimental_network]\nallowed_domains = ["a", "b"]\ndenied_domains = ["b", "c"]\nallow_unix_sockets = ["/s"]\n',
    },
    shows: {
      requirements: {
        network: {
          domains: { a: "allow", b: "deny", c: "deny" },
          allowedDomains: ["a"],
          deniedDomains: ["b", "c"],
          unixSockets: { "/s": "allow" },
          allowUnixSockets: ["/s"],
        },
      },
    },
  },
  {
    name: "V16: managed_config.toml is a requirement and the strongest layer",
    files: {
      "home/config.toml": 'approval_policy = "on-request"\nsandbox_mode = "read-only"\n',
      "etc/codex/managed_config.toml":
        'approval_policy = "never"\nsandbox_mode = "workspace-write"\napprovals_reviewer = "auto_review"\n',
    },
    shows: {
      files: ["/etc/codex/config.toml", "/etc/codex/managed_config.toml"],
      merged: {
        approval_policy: "never",
        sandbox_mode: "workspace-write",
        approvals_reviewer: "guardian_subagent",
      },
      requirements: {
        allowedApprovalPolicies: ["never"],
        allowedApprovalsReviewers: ["guardian_subagent", "user"],
        allowedSandboxModes: ["read-only", "workspace-write"],
      },
    },
  },
  {
    name: "V21: what nobody may read takes full access away",
    files: {
      "home/config.toml": 'sandbox_mode = "danger-full-access"\n',
      "etc/codex/requirements.toml": '[permissions.filesystem]\ndeny_read = ["/secret", "./rel", "~/x/**/*.pem"]\n',
    },
    shows: {
      sandboxMode: "read-only",
      none: [
        { type: "path", path: "/secret" },
        { type: "path", path: "/etc/codex/rel" },
        { type: "glob_pattern", pattern: "/home/me/x/**/*.pem" },
      ],
    },
  },
];

describe.runIf(hasNamespaces())("the real /etc/codex", () => {
  it.each(rows)("$name", async ({ files, shows }) => {
    const root = scratch();
    put(root, { "home/": "", "etc/codex/": "", ...files });
    const script = await program(SHOW);
    const etc = path.join(root, "etc");
    const argv = ["--ro-bind", "/", "/", "--bind", etc, "/etc", process.execPath, script, path.join(root, "home")];
    expect(JSON.parse(execFileSync(BUBBLEWRAP, argv, { encoding: "utf8" }))).toMatchObject(shows);
  });
});

const REFUSED = `import { loadConfig } from "@codex-ts/config";
await loadConfig({ codexHome: process.argv[2] ?? "", cwd: "/", env: {}, createFolders: false }).then(
  () => console.log("read"),
  error => console.log(error.code + " " + error.message),
);
`;

describe.runIf(hasNamespaces())("a file that this user may not read", () => {
  it("is named with the system's reason", async () => {
    const root = scratch();
    put(root, { "home/config.toml": 'model = "x"\n' });
    chmodSync(path.join(root, "home/config.toml"), 0);
    const script = await program(REFUSED);
    // Without capabilities even root is held to the mode of a file.
    const argv = [
      "--unshare-user",
      "--cap-drop",
      "ALL",
      "--ro-bind",
      "/",
      "/",
      process.execPath,
      script,
      `${root}/home`,
    ];
    expect(execFileSync(BUBBLEWRAP, argv, { encoding: "utf8" }).trim()).toBe(
      `io Failed to read config file ${root}/home/config.toml: Permission denied (os error 13)`,
    );
  });
});

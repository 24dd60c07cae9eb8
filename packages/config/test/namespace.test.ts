import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { program, put, scratch } from "./helpers.ts";

const BUBBLEWRAP = "bwrap";

/** Whether bubblewrap is there and may make a mount namespace here. */
function hasNamespaces(): boolean {
  return spawnSync(BUBBLEWRAP, ["--ro-bind", "/", "/", "true"], { stdio: "ignore" }).status === 0;
}

const SHOW = `import { loadConfig } from "@codex-ts/config";
const { config, warnings, layers } = await loadConfig({ codexHome: process.argv[2] ?? "", cwd: "/", env: {}, createFolders: false });
console.log(JSON.stringify([config.reviewModel, config.approvalPolicy, warnings.map(warning => warning.message), layers[0]?.name]));
`;

describe.runIf(hasNamespaces())("the real /etc/codex", () => {
  it("is where system settings and requirements are read from", async () => {
    const root = scratch();
    put(root, {
      "etc/codex/config.toml": 'review_model = "system"\napproval_policy = "untrusted"\n',
      "etc/codex/requirements.toml": 'allowed_approval_policies = ["never", "on-request"]\n',
      "home/": "",
    });
    const script = await program(SHOW);
    const etc = path.join(root, "etc");
    const argv = ["--ro-bind", "/", "/", "--bind", etc, "/etc", process.execPath, script, path.join(root, "home")];
    const out = execFileSync(BUBBLEWRAP, argv, { encoding: "utf8" });
    expect(JSON.parse(out)).toEqual([
      "system",
      "never",
      [
        "Configured value for `approval_policy` is disallowed by requirements; falling back to required value Never. Details: invalid value for `approval_policy`: `UnlessTrusted` is not in the allowed set [Never, OnRequest] (set by /etc/codex/requirements.toml)",
      ],
      { type: "system", file: "/etc/codex/config.toml" },
    ]);
  });
});

import { execFileSync } from "node:child_process";
import path from "node:path";
import { build } from "tsup";
import { describe, expect, it } from "vitest";
import { put, scratch } from "./helpers.ts";

/** Whether bubblewrap is there and may make a mount namespace here. */
function hasNamespaces(): boolean {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--tmpfs", "/etc/codex-probe-none", "true"], { stdio: "ignore" });
    return true;
  } catch {
    try {
      execFileSync("bwrap", ["--ro-bind", "/", "/", "true"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  }
}

describe.runIf(hasNamespaces())("the real /etc/codex", () => {
  it("is where system settings and requirements are read from", async () => {
    const root = scratch();
    put(root, {
      "etc/codex/config.toml": 'review_model = "system"\napproval_policy = "untrusted"\n',
      "etc/codex/requirements.toml": 'allowed_approval_policies = ["never", "on-request"]\n',
      "home/": "",
      "show.ts": `import { loadConfig } from "@codex-ts/config";
const { config, warnings, layers } = await loadConfig({ codexHome: process.argv[2] ?? "", cwd: "/", env: {}, createFolders: false });
console.log(JSON.stringify([config.reviewModel, config.approvalPolicy, warnings.map(warning => warning.message), layers[0]?.name]));
`,
    });
    const packageFolder = path.join(import.meta.dirname, "..");
    await build({
      entry: { show: path.join(root, "show.ts") },
      outDir: root,
      format: ["esm"],
      outExtension: () => ({ js: ".mjs" }),
      noExternal: [/.*/],
      platform: "node",
      target: "node20",
      config: false,
      silent: true,
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
      },
      esbuildOptions: options => {
        options.conditions = ["@codex-ts/source", "node", "import"];
        options.alias = { "@codex-ts/config": path.join(packageFolder, "src/index.ts") };
      },
    });
    const etc = path.join(root, "etc");
    const argv = [
      "--ro-bind",
      "/",
      "/",
      "--bind",
      etc,
      "/etc",
      "--bind",
      root,
      root,
      process.execPath,
      path.join(root, "show.mjs"),
      path.join(root, "home"),
    ];
    const out = execFileSync("bwrap", argv, { encoding: "utf8" });
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

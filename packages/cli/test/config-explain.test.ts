import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Explanation } from "@codex-ts/config";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { hasBwrap } from "./support/engines.ts";
import { runMounted } from "./support/lacking.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

/** One key that most rows set in several places. */
const KEY = "model_verbosity";

const system = `${KEY} = "low"\n`;
const user = `# mine\n\n${KEY} = "medium"\n`;
const profile = `profile = "p"\n[profiles.p]\n${KEY} = "high"\n`;

interface Row {
  readonly name: string;
  readonly key: string;
  /** Texts by place: `etc/…` is /etc/codex, `home/…` CODEX_HOME, `work/…` a trusted project. */
  readonly files: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly value: unknown;
  /** What decides and what it overrides, strongest first: value, kind of layer, file and line. */
  readonly said: readonly (readonly [value: unknown, layer: string, place: string])[];
  readonly requirement?: { rule: string; from: string };
}

const REQUIREMENTS = "/etc/codex/requirements.toml";
const SYSTEM = "/etc/codex/config.toml";
const MANAGED = "/etc/codex/managed_config.toml";

const rows: readonly Row[] = [
  { name: "the built-in default", key: "web_search", files: {}, value: "cached", said: [] },
  {
    name: "the system's file",
    key: KEY,
    files: { "etc/config.toml": system },
    value: "low",
    said: [["low", "system", `${SYSTEM}:1`]],
  },
  {
    name: "the user's file",
    key: KEY,
    files: { "etc/config.toml": system, "home/config.toml": user },
    value: "medium",
    said: [
      ["medium", "user", "HOME/config.toml:3"],
      ["low", "system", `${SYSTEM}:1`],
    ],
  },
  {
    name: "a trusted project, the inner folder before the outer one",
    key: KEY,
    files: {
      "home/config.toml": user,
      "work/.codex/config.toml": `\n${KEY} = "low"\n`,
      "work/sub/.codex/config.toml": `${KEY} = "high"\n`,
    },
    value: "high",
    said: [
      ["high", "project", "WORK/sub/.codex/config.toml:1"],
      ["low", "project", "WORK/.codex/config.toml:2"],
      ["medium", "user", "HOME/config.toml:3"],
    ],
  },
  {
    name: "-c",
    key: KEY,
    files: { "home/config.toml": user, "work/.codex/config.toml": `${KEY} = "low"\n` },
    flags: ["-c", `${KEY}=high`],
    value: "high",
    said: [
      ["high", "sessionFlags", "-"],
      ["low", "project", "WORK/.codex/config.toml:1"],
      ["medium", "user", "HOME/config.toml:3"],
    ],
  },
  {
    name: "the administrator's managed file",
    key: KEY,
    files: { "home/config.toml": user, "etc/managed_config.toml": `# all\n${KEY} = "low"\n` },
    flags: ["-c", `${KEY}=high`],
    value: "low",
    said: [
      ["low", "legacyManagedConfigTomlFromFile", `${MANAGED}:2`],
      ["high", "sessionFlags", "-"],
      ["medium", "user", "HOME/config.toml:3"],
    ],
  },
  {
    name: "a profile, which stands above all layers",
    key: KEY,
    files: {
      "etc/config.toml": system,
      "home/config.toml": `${user}${profile}`,
      "etc/managed_config.toml": `${KEY} = "low"\n`,
    },
    flags: ["-c", `${KEY}=medium`],
    value: "high",
    said: [
      ["high", "user (profile p)", "HOME/config.toml:6"],
      ["low", "legacyManagedConfigTomlFromFile", `${MANAGED}:1`],
      ["medium", "sessionFlags", "-"],
      ["medium", "user", "HOME/config.toml:3"],
      ["low", "system", `${SYSTEM}:1`],
    ],
  },
  {
    name: "a requirement that takes another value than was set",
    key: "approval_policy",
    files: {
      "home/config.toml": 'approval_policy = "on-request"\n',
      "etc/requirements.toml": 'allowed_approval_policies = ["never"]\n',
    },
    value: "never",
    said: [["on-request", "user", "HOME/config.toml:1"]],
    requirement: { rule: 'one of "never"', from: REQUIREMENTS },
  },
  {
    name: "a requirement that takes another value than the default",
    key: "web_search",
    files: { "etc/requirements.toml": "allowed_web_search_modes = []\n" },
    value: "disabled",
    said: [],
    requirement: { rule: 'one of "disabled"', from: REQUIREMENTS },
  },
  {
    name: "a requirement of the managed file",
    key: "sandbox_mode",
    files: {
      "home/config.toml": 'sandbox_mode = "danger-full-access"\n',
      "etc/managed_config.toml": 'sandbox_mode = "workspace-write"\n',
    },
    value: "workspace-write",
    said: [
      ["workspace-write", "legacyManagedConfigTomlFromFile", `${MANAGED}:1`],
      ["danger-full-access", "user", "HOME/config.toml:1"],
    ],
    requirement: { rule: 'one of "read-only", "workspace-write"', from: MANAGED },
  },
  {
    name: "a feature that is pinned",
    key: "features.undo",
    files: { "home/config.toml": "[features]\nundo = false\n", "etc/requirements.toml": "features.undo = true\n" },
    value: true,
    said: [[false, "user", "HOME/config.toml:2"]],
    requirement: { rule: "must be true", from: REQUIREMENTS },
  },
  {
    name: "files that nobody may read",
    key: "sandbox_mode",
    files: {
      "home/config.toml": 'sandbox_mode = "danger-full-access"\n',
      "etc/requirements.toml": '[permissions.filesystem]\ndeny_read = ["/secret"]\n',
    },
    value: "read-only",
    said: [["danger-full-access", "user", "HOME/config.toml:1"]],
    requirement: { rule: 'one of "read-only", "workspace-write"', from: REQUIREMENTS },
  },
  {
    name: "servers that alone may run",
    key: "mcp_servers.mine.enabled",
    files: {
      "home/config.toml": '[mcp_servers.mine]\ncommand = "c"\nenabled = true\n',
      "etc/requirements.toml": '[mcp_servers.theirs.identity]\ncommand = "d"\n',
    },
    value: false,
    said: [[true, "user", "HOME/config.toml:3"]],
    requirement: { rule: "only the servers theirs", from: REQUIREMENTS },
  },
  {
    name: "apps that must stay off",
    key: "apps.mail.enabled",
    files: {
      "home/config.toml": "[apps.mail]\nenabled = true\n",
      "etc/requirements.toml": "[apps.mail]\nenabled = false\n",
    },
    value: false,
    said: [[true, "user", "HOME/config.toml:2"]],
    requirement: { rule: "`mail` must be off", from: REQUIREMENTS },
  },
  {
    name: "hosts that are decided for everybody",
    key: "permissions.p.network.enabled",
    files: {
      "home/config.toml": 'default_permissions = "p"\n[permissions.p.network]\nenabled = true\n',
      "etc/requirements.toml": '[experimental_network]\nenabled = true\ndomains = { "a.com" = "deny" }\n',
    },
    value: true,
    said: [[true, "user", "HOME/config.toml:3"]],
    requirement: { rule: "the administrator's network rules come first", from: REQUIREMENTS },
  },
];

/** Lays the row's files out, and runs the command where `/etc` holds nothing but them. */
async function explain({ key, files, flags = [] }: Row, json: boolean) {
  const etc = path.join(bench.root, "etc");
  const sub = path.join(bench.work, "sub");
  for (const folder of [path.join(etc, "codex"), path.join(bench.work, ".git"), sub]) {
    mkdirSync(folder, { recursive: true });
  }
  const trust = `\n[projects.${JSON.stringify(bench.work)}]\ntrust_level = "trusted"\n`;
  const roots = { etc: path.join(etc, "codex"), home: bench.home, work: bench.work };
  for (const [place, text] of Object.entries({ "home/config.toml": "", ...files })) {
    const [root = "", ...rest] = place.split("/");
    const file = path.join(roots[root as keyof typeof roots], ...rest);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, root === "home" ? text + trust : text);
  }
  const args = [...flags, "config", "explain", key, ...(json ? ["--json"] : [])];
  return await runMounted(bench, ["--bind", etc, "/etc", "--unsetenv", "NODE_EXTRA_CA_CERTS", "--chdir", sub], args);
}

const shortened = (text: string) => text.replaceAll(bench.home, "HOME").replaceAll(bench.work, "WORK");

describe.runIf(hasBwrap())("config explain says what decides, where it stands and what it overrides", () => {
  it.each(rows)("$name", async row => {
    const { code, stdout, stderr } = await explain(row, true);
    expect([code, stderr]).toEqual([0, ""]);
    const told = JSON.parse(stdout) as Explanation;
    const settings = [...(told.decidedBy === null ? [] : [told.decidedBy]), ...told.overrides];
    const places = settings.map(({ value, from, layer, file, range }) => [
      value,
      `${layer?.type}${/ \(profile .*\)$/.exec(from)?.[0] ?? ""}`,
      file === null ? "-" : `${shortened(file)}:${range?.start.line}`,
    ]);
    expect([told.value, places, told.requirement]).toEqual([row.value, row.said, row.requirement ?? null]);

    // The text says the same.
    const text = shortened((await explain(row, false)).stdout).split("\n");
    expect(text[0]).toBe(`${row.key} = ${JSON.stringify(row.value)}`);
    const said = text.filter(line => /^ {2}(set by|overrides): /.test(line));
    const lines = settings.map(({ value, from, range }, at) => {
      const start = at === 0 ? "set by: " : `overrides: ${JSON.stringify(value)} from `;
      return `  ${start}${shortened(from)}${range === null ? "" : `:${range.start.line}`}`;
    });
    expect(said).toEqual(lines.length === 0 ? ["  set by: nobody, the default holds"] : lines);
    const required = text.filter(line => line.startsWith("  required: "));
    expect(required).toEqual(
      row.requirement === undefined ? [] : [`  required: ${row.requirement.rule} (set by ${row.requirement.from})`],
    );
  });
});

import type { Random } from "../random.ts";
import type { Places, TreeShape } from "./tree.ts";

/** One policy, as a person would write it, and the tree it meets. */
export interface SandboxCase {
  shape: TreeShape;
  /** `config.toml`; `@W`, `@O`, `@H`, `@T` stand for the folders, `@R` for what the reference needs inside. */
  config: string;
  /** Options of `sandbox linux`. */
  options: string[];
  /** The folder the program is started in, relative to the workspace. */
  cwd: "." | "docs";
}

type Access = "read" | "write" | "none";

const shapes = {
  git: ["none", "folder", "folder", "pointer", "garbage"],
  codex: ["none", "folder", "folder", "folder", "link"],
  agents: ["none", "folder"],
} as const;

/** Draws one case. */
export function sandboxCase(random: Random): SandboxCase {
  const shape: TreeShape = {
    git: random.pick(shapes.git),
    codex: random.pick(shapes.codex),
    agents: random.pick(shapes.agents),
  };
  const draw = random.next();
  const body = draw < 0.1 ? readOnly() : draw < 0.35 ? fullAuto(random) : profile(random);
  const options = [...body.options];
  if (random.chance(0.12)) options.push("-c", "features.use_legacy_landlock=true");
  if (random.chance(0.1)) options.push("-c", 'sandbox_mode="workspace-write"');
  return { shape, config: body.config, options, cwd: random.chance(0.1) ? "docs" : "." };
}

interface Body {
  config: string;
  options: string[];
}

function readOnly(): Body {
  return { config: 'sandbox_mode = "workspace-write"\n', options: [] };
}

function fullAuto(random: Random): Body {
  const roots = ["@O/z", "@O/link", "@O/docs", "@O/top/x/open", "@O/missing", "@W/docs"].filter(() =>
    random.chance(0.35),
  );
  const flag = (name: string): string[] => (random.chance(0.5) ? [`${name} = ${random.chance(0.7)}`] : []);
  const lines = [
    "[sandbox_workspace_write]",
    `writable_roots = [${roots.map(root => `"${root}"`).join(", ")}]`,
    ...flag("network_access"),
    ...flag("exclude_tmpdir_env_var"),
    ...flag("exclude_slash_tmp"),
  ];
  return { config: `${lines.join("\n")}\n`, options: ["--full-auto"] };
}

/** Places of a profile, with how likely each is named and what it may get. */
const outside: readonly [place: string, chance: number, accesses: readonly Access[]][] = [
  ["@O", 0.25, ["read", "write", "none"]],
  ["@O/f.txt", 0.15, ["read", "write", "none"]],
  ["@O/docs", 0.3, ["read", "write", "none"]],
  ["@O/docs/p", 0.25, ["none", "none", "read"]],
  ["@O/top", 0.2, ["none", "read"]],
  ["@O/top/x/open", 0.25, ["write", "read"]],
  ["@O/link", 0.2, ["write", "read"]],
  ["@O/real", 0.1, ["none", "read", "write"]],
  ["@O/sec2", 0.2, ["none"]],
  ["@O/z", 0.2, ["write"]],
  ["@O/missing", 0.1, ["write", "none"]],
  ["@O/**/*.env", 0.15, ["none"]],
  ["@O/*.env", 0.15, ["none"]],
];

const inside: readonly [place: string, chance: number, accesses: readonly Access[]][] = [
  [".git", 0.12, ["write", "read", "none"]],
  [".codex", 0.12, ["write", "read"]],
  ["docs", 0.35, ["read", "none", "write"]],
  ["docs/private", 0.3, ["none", "read"]],
  ["docs/private/pub", 0.3, ["write", "read"]],
  ["sec", 0.25, ["none", "none", "read"]],
  ["k.txt", 0.25, ["none", "read"]],
  ["later/deep", 0.08, ["read", "none"]],
  ["link", 0.06, ["read", "none"]],
  ["src", 0.2, ["read"]],
  ["**/*.env", 0.3, ["none"]],
  ["*.env", 0.1, ["none"]],
  ["s/*.env", 0.1, ["none"]],
  ["s/[bc].env", 0.05, ["none"]],
  ["src/**", 0.1, ["read"]],
];

function profile(random: Random): Body {
  const entries = (pool: typeof outside): [string, Access][] =>
    pool.filter(([, chance]) => random.chance(chance)).map(([place, , accesses]) => [place, random.pick(accesses)]);
  const line = ([place, access]: [string, Access]): string => `"${place}" = "${access}"`;
  const top: [string, Access][] = random.chance(0.65)
    ? [[":root", random.chance(0.85) ? "read" : "write"]]
    : [
        [":minimal", "read"],
        ["@R", "read"],
        ...(random.chance(0.15) ? ([[":root", "none"]] as [string, Access][]) : []),
      ];
  if (random.chance(0.3)) top.push([":tmpdir", random.chance(0.8) ? "write" : "read"]);
  const workspace: [string, Access][] = random.chance(0.85)
    ? [[".", "write"]]
    : random.chance(0.5)
      ? [[".", "read"]]
      : [];
  const lines = ['default_permissions = "p"', "[permissions.p.filesystem]"];
  if (random.chance(0.6)) lines.push(`glob_scan_max_depth = ${1 + random.below(4)}`);
  lines.push(...[...top, ...entries(outside)].map(line));
  lines.push('[permissions.p.filesystem.":project_roots"]', ...[...workspace, ...entries(inside)].map(line));
  if (random.chance(0.3)) lines.push("[permissions.p.network]", "enabled = true");
  return { config: `${lines.join("\n")}\n`, options: random.chance(0.04) ? ["--full-auto"] : [] };
}

/** The configuration with the folders of this run in it. */
export function configText(config: string, { W, O, H, T }: Places, R: string): string {
  const folders: Readonly<Record<string, string>> = { W, O, H, T, R };
  return config.replaceAll(/@([WOHTR])/g, (_, name: string) => folders[name] ?? "");
}

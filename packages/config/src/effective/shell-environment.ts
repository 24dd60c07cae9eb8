/** Which environment variables the agent's commands get (`[shell_environment_policy]`). */
export interface ShellEnvironmentPolicy {
  inherit: "all" | "core" | "none";
  /** True keeps names with KEY, SECRET or TOKEN in them. */
  ignoreDefaultExcludes: boolean;
  exclude: string[];
  set: Record<string, string>;
  includeOnly: string[];
  useProfile: boolean;
}

export const DEFAULT_SHELL_ENVIRONMENT_POLICY: Readonly<ShellEnvironmentPolicy> = {
  inherit: "all",
  ignoreDefaultExcludes: true,
  exclude: [],
  set: {},
  includeOnly: [],
  useProfile: false,
};

const CORE = ["PATH", "SHELL", "TMPDIR", "TEMP", "TMP"];
const CORE_UNIX = [...CORE, "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "USER"];
const CORE_WINDOWS = [...CORE, "PATHEXT", "USERNAME", "USERPROFILE"];
const DEFAULT_EXCLUDES = ["*KEY*", "*SECRET*", "*TOKEN*"];

/**
 * The environment of a command: start from `inherit`, drop the excluded, add `set`, keep `includeOnly`, then add
 * `CODEX_THREAD_ID`. Pure; `env` is not changed.
 * @param options.threadId the thread the command runs for, if any
 * @param options.platform decides name matching and the core list; Unix when absent
 */
export function buildShellEnvironment(
  policy: ShellEnvironmentPolicy,
  env: Readonly<Record<string, string | undefined>>,
  options: { threadId?: string; platform?: NodeJS.Platform } = {},
): Record<string, string> {
  const windows = options.platform === "win32";
  const core = windows ? CORE_WINDOWS : CORE_UNIX;
  const isCore = (name: string): boolean => (windows ? core.includes(name.toUpperCase()) : core.includes(name));
  let vars = new Map<string, string>();
  if (policy.inherit !== "none") {
    for (const [name, value] of Object.entries(env)) {
      if (value !== undefined && (policy.inherit === "all" || isCore(name))) vars.set(name, value);
    }
  }
  const excludes = [...(policy.ignoreDefaultExcludes ? [] : DEFAULT_EXCLUDES), ...policy.exclude];
  vars = filterNames(vars, name => !excludes.some(pattern => matchesName(pattern, name)));
  for (const [name, value] of Object.entries(policy.set)) vars.set(name, value);
  if (policy.includeOnly.length > 0) {
    vars = filterNames(vars, name => policy.includeOnly.some(pattern => matchesName(pattern, name)));
  }
  if (options.threadId !== undefined) vars.set("CODEX_THREAD_ID", options.threadId);
  if (windows && ![...vars.keys()].some(name => name.toUpperCase() === "PATHEXT"))
    vars.set("PATHEXT", ".COM;.EXE;.BAT;.CMD");
  return Object.fromEntries(vars);
}

function filterNames(vars: Map<string, string>, keep: (name: string) => boolean): Map<string, string> {
  return new Map([...vars].filter(([name]) => keep(name)));
}

/** Whether the whole name matches: `*` is any run, `?` one character, letter case does not count. Linear time. */
export function matchesName(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  const text = name.toLowerCase();
  let at = 0;
  let star = -1;
  let retry = 0;
  let index = 0;
  while (index < text.length) {
    if (at < wanted.length && wanted[at] === "*") {
      star = at++;
      retry = index;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === text[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++retry;
    } else {
      return false;
    }
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}

/** Global options that change what git runs or where it looks; all but `-c` also as `--name=value`. */
const REDIRECTING = ["--config-env", "--exec-path", "--git-dir", "--namespace", "--super-prefix", "--work-tree"];
const WITH_VALUE = new Set(["-C", "-c", ...REDIRECTING]);
const SUBCOMMANDS = new Set(["status", "log", "diff", "show", "branch"]);
const RUNNING_OR_WRITING = new Set(["--output", "--ext-diff", "--textconv", "--exec", "--paginate"]);
const BRANCH_LISTING = new Set("--list -l --show-current -a --all -r --remotes -v -vv --verbose".split(" "));

/**
 * True when any item redirects git to other configuration, programs or repositories. Every item counts, also behind the
 * sub-command, so `git diff -c` is refused as well.
 */
export function redirectsGit(args: readonly string[]): boolean {
  return args.some(arg => arg.startsWith("-c") || REDIRECTING.some(name => arg === name || arg.startsWith(`${name}=`)));
}

/** The position of the sub-command, behind the global options; -1 when there is none. */
export function gitSubcommandIndex(args: readonly string[]): number {
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    if (WITH_VALUE.has(arg)) index += 1;
    else if (!arg.startsWith("-")) return index;
  }
  return -1;
}

/** The items behind `git` only read the repository (section 5). */
export function isSafeGit(args: readonly string[]): boolean {
  if (redirectsGit(args)) return false;
  const index = gitSubcommandIndex(args);
  const subcommand = args[index] ?? "";
  if (index === -1 || !SUBCOMMANDS.has(subcommand)) return false;
  const rest = args.slice(index + 1);
  if (rest.some(arg => RUNNING_OR_WRITING.has(arg) || arg.startsWith("--output=") || arg.startsWith("--exec="))) {
    return false;
  }
  return subcommand !== "branch" || rest.every(arg => BRANCH_LISTING.has(arg) || arg.startsWith("--format="));
}

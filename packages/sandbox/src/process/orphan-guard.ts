import { type ChildProcess, spawn } from "node:child_process";

/**
 * A tiny shell that outlives this process by a moment: when its input ends, because this process is gone in whatever
 * way, it kills the process groups it was told about. Bubblewrap asks the kernel for its death with its parent, but only
 * once it runs: a parent that dies before that leaves it behind. The other engines' commands, and their children, have
 * nothing but this.
 */
const SCRIPT = `trap '' HUP INT TERM
groups=' '
while read -r op group; do
  case $op in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done 2>/dev/null`;

let guard: ChildProcess | null = null;

/** Has a process group killed should this process die before `release` is called. */
export function guardGroup(leader: number): () => void {
  const own = running();
  own?.stdin?.write(`+ ${leader}\n`);
  return () => {
    if (own === guard) own?.stdin?.write(`- ${leader}\n`);
  };
}

function running(): ChildProcess | null {
  if (guard?.exitCode === null && guard.signalCode === null) return guard;
  try {
    const started = spawn("/bin/sh", ["-c", SCRIPT], {
      cwd: "/",
      env: {},
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    // Neither the guard nor its input keeps this process alive, and its failure is no reason to fail a command.
    started.on("error", () => undefined);
    started.stdin?.on("error", () => undefined);
    started.unref();
    if (started.stdin && "unref" in started.stdin && typeof started.stdin.unref === "function") started.stdin.unref();
    guard = started;
    return started;
  } catch {
    return null;
  }
}

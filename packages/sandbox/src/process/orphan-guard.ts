import { type ChildProcess, spawn } from "node:child_process";
import { sandboxMarker } from "../linux/data-descriptor.ts";

/**
 * A tiny shell that outlives this process by a moment: when its input ends, because this process is gone in whatever
 * way, it kills what is left. First the process groups it was told about. Then every process that holds this agent's
 * mark: bubblewrap asks the kernel for its death with its parent, but only once it runs, and its inner process only after
 * it has left the group; both hold the mark from their first moment. Found ones are stopped before they are killed, and
 * it looks until there are none: who is stopped cannot make another. One look is not enough for that: bubblewrap's outer
 * process gives the mark away to an inner one which may not have been there yet when the look began. The agent itself holds
 * the mark too, and is never killed: its end of the pipe is closed some time before a process that leaves by itself is gone.
 */
const SCRIPT = `trap '' HUP INT TERM
mark=$1
agent=$2
groups=' '
while read -r op group; do
  case $op in
    +) groups="$groups$group " ;;
    .) exit ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
holders() {
  ls -l /proc/[0-9]*/fd | while read -r line; do
    case $line in
      /proc/*) pid=\${line#/proc/}; pid=\${pid%%/*} ;;
      *" -> $mark") [ "$pid" = "$agent" ] || echo "$pid" ;;
    esac
  done
}
{
  for group in $groups; do kill -KILL "-$group"; done
  [ -n "$mark" ] || exit
  round=0
  none=0
  while [ $none -lt 3 ] && [ $round -lt 40 ]; do
    round=$((round + 1))
    found=$(holders)
    if [ -n "$found" ]; then
      none=0
      kill -STOP $found
      kill -KILL $found
    else
      none=$((none + 1))
      sleep 0.05
    fi
  done
} 2>/dev/null`;

let guard: ChildProcess | null = null;

/** Has a process group killed should this process die before `release` is called. */
export function guardGroup(leader: number): () => void {
  const own = startGuard();
  own?.stdin?.write(`+ ${leader}\n`);
  return () => {
    if (own === guard) own?.stdin?.write(`- ${leader}\n`);
  };
}

/** Sends the guard home, when all is over and nothing is left to guard. */
export function dismissGuard(): void {
  guard?.stdin?.write(".\n");
  guard = null;
}

/** Starts the guard, once a process. What is started before it runs might be left behind. */
export function startGuard(): ChildProcess | null {
  if (guard?.exitCode === null && guard.signalCode === null) return guard;
  try {
    const started = spawn("/bin/sh", ["-c", SCRIPT, "sh", sandboxMarker()?.link ?? "", `${process.pid}`], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin" },
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

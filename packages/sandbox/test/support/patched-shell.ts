import { chmodSync, writeFileSync } from "node:fs";

/**
 * A shell that does to every program what a patched zsh does: it runs `$EXEC_WRAPPER <resolved path> <argv0> <argv1>…` in its place. It
 * knows words, and commands one after another between semicolons; a script that begins with `parallel` runs all of them at once.
 */
const SCRIPT = `#!/bin/bash
script=
while [ $# -gt 0 ]; do case $1 in -*c) script=$2; break;; esac; shift; done
[ -n "$EXEC_WRAPPER" ] || exec /bin/bash -c "$script"
case $script in "parallel "*) script=\${script#parallel }; together=1;; esac
code=0
IFS=';' read -ra parts <<< "$script"
for part in "\${parts[@]}"; do
  read -ra words <<< "$part"
  if [ -n "$together" ]; then "$EXEC_WRAPPER" "$(type -P "\${words[0]}")" "\${words[@]}" &
  else "$EXEC_WRAPPER" "$(type -P "\${words[0]}")" "\${words[@]}"; code=$?; fi
done
wait
exit $code
`;

export function writePatchedShell(file: string): string {
  writeFileSync(file, SCRIPT);
  chmodSync(file, 0o755);
  return file;
}

import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { customToolCall } from "@codex-ts-tools/model-server";
import type { Place } from "../drive/drive.ts";
import { answered, ASKING, call, hooked, says, SEEN, shell, specific } from "./stage.ts";

const decides = (decision: unknown): string => says(specific("PermissionRequest", { decision }));
const allow = decides({ behavior: "allow" });
const deny = decides({ behavior: "deny", message: "not today" });
const PATCH = "*** Begin Patch\n*** Add File: n.txt\n+hello\n*** End Patch\n";
const READ_ONLY = 'sandbox_mode = "read-only"\napproval_policy = "on-request"';
const asking = { config: ASKING, script: shell("touch made") };

/** A shell that does to every program what a patched zsh does. It knows words, and commands between semicolons. */
const PATCHED_ZSH = `#!/bin/bash
while [ $# -gt 0 ]; do case $1 in -*c) script=$2; break;; esac; shift; done
[ -n "$EXEC_WRAPPER" ] || exec /bin/bash -c "$script"
IFS=';' read -ra parts <<< "$script"
for part in "\${parts[@]}"; do
  read -ra words <<< "$part"
  "$EXEC_WRAPPER" "$(type -P "\${words[0]}")" "\${words[@]}"
  code=$?
done
exit $code
`;

/** A person's shell is the patched one. */
const intercepted = {
  config: ASKING,
  features: "shell_zsh_fork = true",
  files: { "bin/zsh": PATCHED_ZSH },
  prepare: async ({ root, home }: Place) => {
    await chmod(path.join(root, "bin/zsh"), 0o755);
    const file = path.join(home, "config.toml");
    await writeFile(file, `zsh_path = "${root}/bin/zsh"\n${await readFile(file, "utf8")}`);
  },
};
const forTouch = (then: string) =>
  `${SEEN}; if tail -n 2 "$CODEX_HOME/seen" | grep -q '"/usr/bin/touch'; then ${then}; fi`;

/** Hooks that answer in a person's place. */
export const permission = [
  hooked(
    "PermissionRequest: allow",
    { ...asking, hooks: { PermissionRequest: [{ matcher: "^Bash$", hooks: [`${SEEN}; ${allow}`] }] } },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: deny before allow",
    { ...asking, hooks: { PermissionRequest: [[deny, allow]] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: allow before deny",
    { ...asking, hooks: { PermissionRequest: [[allow, deny]] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: deny without a message",
    { ...asking, hooks: { PermissionRequest: [decides({ behavior: "deny" })] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: exit 2",
    { ...asking, hooks: { PermissionRequest: ["echo ' no ' >&2; exit 2"] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: quiet, accepted",
    { ...asking, hooks: { PermissionRequest: ["true"] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: quiet, declined",
    { ...asking, hooks: { PermissionRequest: [decides(null)] } },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: what is not supported",
    {
      ...asking,
      hooks: {
        PermissionRequest: [
          decides({ behavior: "allow", updatedInput: { command: "x" } }),
          decides({ behavior: "allow", updatedPermissions: [] }),
          decides({ behavior: "allow", interrupt: true }),
          decides({ behavior: "deny", interrupt: true }),
          decides({ behavior: "ask" }),
          decides({ message: "m" }),
          says({ continue: false, ...specific("PermissionRequest", { decision: { behavior: "allow" } }) }),
          says({ stopReason: "s" }),
          says({ suppressOutput: true }),
          says({ decision: "block", reason: "x" }),
          "exit 2",
          "echo allow",
          "echo '{'",
        ],
      },
    },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: not asked under never",
    { script: shell("touch made"), hooks: { PermissionRequest: [deny] } },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: not asked for what is safe",
    { config: ASKING, script: shell("ls"), hooks: { PermissionRequest: [deny] } },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: exec_command allowed",
    {
      config: ASKING,
      script: call("exec_command", { cmd: "touch made" }),
      hooks: { PermissionRequest: [`${SEEN}; ${allow}`] },
    },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: exec_command denied",
    { config: ASKING, script: call("exec_command", { cmd: "touch made" }), hooks: { PermissionRequest: [deny] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: an argument list",
    {
      config: ASKING,
      script: call("shell", { command: ["touch", "a b"] }),
      hooks: { PermissionRequest: [`${SEEN}; ${allow}`] },
    },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: an escalated command with a justification",
    {
      config: 'sandbox_mode = "workspace-write"\napproval_policy = "on-request"',
      script: shell("touch esc", { sandbox_permissions: "require_escalated", justification: "need it" }),
      hooks: { PermissionRequest: [`${SEEN}; ${allow}`] },
    },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: a patch allowed",
    {
      config: READ_ONLY,
      script: [{ items: [customToolCall("apply_patch", PATCH, "c1")] }, "done"],
      hooks: { PermissionRequest: [{ matcher: "Edit", hooks: [`${SEEN}; ${allow}`] }] },
    },
    answered("decline"),
  ),
  hooked(
    "PermissionRequest: a patch denied",
    {
      config: READ_ONLY,
      script: [{ items: [customToolCall("apply_patch", PATCH, "c1")] }, "done"],
      hooks: { PermissionRequest: [deny] },
    },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: a program of an intercepted shell allowed",
    { ...intercepted, script: shell("touch a; ls -d ."), hooks: { PermissionRequest: [forTouch(allow)] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: a program of an intercepted shell denied",
    { ...intercepted, script: shell("ls -d .; touch a"), hooks: { PermissionRequest: [forTouch(deny)] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: quiet about the programs of an intercepted shell",
    { ...intercepted, script: shell("touch a; touch b"), hooks: { PermissionRequest: [SEEN] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: no other input for a program of an intercepted shell",
    {
      ...intercepted,
      script: shell("touch a"),
      hooks: { PermissionRequest: [forTouch(decides({ behavior: "allow", updatedInput: { command: "x" } }))] },
    },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: PreToolUse blocks first",
    { ...asking, hooks: { PreToolUse: ["echo no >&2; exit 2"], PermissionRequest: [SEEN] } },
    answered("accept"),
  ),
  hooked(
    "PermissionRequest: all three around one command",
    { ...asking, hooks: { PreToolUse: [SEEN], PermissionRequest: [`${SEEN}; ${allow}`], PostToolUse: [SEEN] } },
    answered("decline"),
  ),
];

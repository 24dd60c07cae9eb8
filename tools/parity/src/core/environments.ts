import { functionCall } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

/** Variables of the programs' own surroundings, among them names that patterns are to find or to miss. */
const PLANTED = {
  API_KEY: "k",
  monkey: "m",
  Secret_Thing: "s",
  MY_TOKENS: "t",
  PLAIN: "p",
  "A.B": "dot",
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  LC_TIME: "C",
  USER: "someone",
  LOGNAME: "someone",
  SHELL: "/bin/bash",
  EMPTY: "",
};

const POLICIES: readonly string[] = [
  "",
  'inherit = "all"',
  'inherit = "core"',
  'inherit = "none"',
  "ignore_default_excludes = false",
  'inherit = "core"\nignore_default_excludes = false\nset = { API_KEY = "mine" }',
  'exclude = ["PLAIN", "a*"]',
  'exclude = ["*"]',
  'exclude = ["?LAIN", "LC_*", "*k?y*"]',
  'exclude = ["PLAI", "[P]LAIN", "PLAIN|USER", ""]',
  'exclude = ["A.B"]',
  'exclude = ["A?B"]',
  'include_only = ["PLAIN", "path"]',
  'include_only = ["*_*"]\nset = { NEW = "1", NEW_ONE = "2" }',
  'include_only = []\nset = { PLAIN = "other", "" = "x" }',
  'inherit = "none"\nset = { "A=B" = "c", PATH = "/bin:/usr/bin" }',
  'inherit = "none"\nexclude = ["NEW"]\nset = { NEW = "kept", CODEX_THREAD_ID = "mine" }',
  'exclude = ["CODEX_*"]\ninclude_only = ["PLAIN"]\nset = { PLAIN = "$HOME" }',
];

const LIST =
  "/usr/bin/env | /usr/bin/grep -aE '^(API_KEY|monkey|Secret_Thing|MY_TOKENS|PLAIN|A\\.B|LANG|LC_|USER|LOGNAME|SHELL|EMPTY|NEW|HOME|TMPDIR|CODEX_THREAD_ID|CODEX_CI|PAGER|TERM|NO_COLOR|A=B)' | /usr/bin/sort";

/** What of its surroundings a command has, under every kind of policy, in a shell that runs to its end and in one that stays. */
export const environments = POLICIES.map(policy =>
  scenario(
    `surroundings of commands: ${policy.replaceAll("\n", ", ") || "no policy"}`,
    {
      env: PLANTED,
      tables: policy === "" ? "" : `[shell_environment_policy]\n${policy}\n`,
      script: [
        { items: [functionCall("shell_command", { command: LIST, login: false }, "c1")] },
        { items: [functionCall("exec_command", { cmd: LIST, login: false, yield_time_ms: 10_000 }, "c2")] },
        { items: [functionCall("shell", { command: ["/bin/sh", "-c", LIST] }, "c3")] },
        "done",
      ],
    },
    prompts("go"),
  ),
);

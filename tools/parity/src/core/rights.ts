import { customToolCall, functionCall, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario } from "./stage.ts";

const granular = (off: string) => {
  const flags = ["sandbox_approval", "rules", "skill_approval", "request_permissions", "mcp_elicitations"];
  return `{ granular = { ${flags.map(flag => `${flag} = ${flag !== off}`).join(", ")} } }`;
};

const POLICIES: Readonly<Record<string, string>> = {
  untrusted: '"untrusted"',
  "on failure": '"on-failure"',
  "on request": '"on-request"',
  never: '"never"',
  "granular, all": granular(""),
  "granular, no sandbox approvals": granular("sandbox_approval"),
  "granular, no rules": granular("rules"),
  "granular, no requests for permissions": granular("request_permissions"),
};

const RULES = `prefix_rule(pattern=["git"], decision="prompt", justification="ask git")
prefix_rule(pattern=["wc"], decision="prompt")
prefix_rule(pattern=["head"], decision="allow")
prefix_rule(pattern=["tail"], decision="forbidden", justification="no tails")
prefix_rule(pattern=["cat", "-n"], decision="forbidden")
`;

const WRITE = (folder: string) => ({ file_system: { write: [folder] } });

/** Whether the sandbox stopped these must not hang on how soon they ended. */
const MAY_BE_STOPPED = new Set(["rm -rf sub", "cat <<EOF > made.txt\nhi\nEOF"]);

/** Calls that ask for rights in every way, with and without what belongs to it. */
function asks(root: string): ReplyItem[] {
  const commands: { [member: string]: unknown }[] = [
    { cmd: "touch u.txt", sandbox_permissions: "require_escalated", justification: "why" },
    { cmd: "touch v.txt", sandbox_permissions: "require_escalated" },
    { cmd: "touch w.txt", sandbox_permissions: "require_escalated", justification: "", prefix_rule: [] },
    { cmd: "touch w.txt", sandbox_permissions: "require_escalated", prefix_rule: ["python3", "-c"] },
    { cmd: "touch w.txt", sandbox_permissions: "require_escalated", prefix_rule: ["nothing", "like", "it"] },
    { cmd: "echo a && touch x.txt && touch y.txt", sandbox_permissions: "require_escalated", prefix_rule: ["touch"] },
    { cmd: "echo safe", sandbox_permissions: "require_escalated", justification: "safe" },
    { cmd: "echo safe", prefix_rule: ["echo"], justification: "not needed" },
    {
      cmd: `touch ${root}/out1.txt`,
      sandbox_permissions: "with_additional_permissions",
      additional_permissions: WRITE(root),
      justification: "more",
    },
    { cmd: "echo m", sandbox_permissions: "with_additional_permissions" },
    { cmd: "echo m", sandbox_permissions: "with_additional_permissions", additional_permissions: {} },
    {
      cmd: "echo m",
      sandbox_permissions: "with_additional_permissions",
      additional_permissions: { network: { enabled: false } },
    },
    {
      cmd: "echo m",
      sandbox_permissions: "with_additional_permissions",
      additional_permissions: { network: { enabled: null } },
    },
    { cmd: "echo m", sandbox_permissions: "require_escalated", additional_permissions: { network: { enabled: true } } },
    { cmd: "echo m", additional_permissions: WRITE(`${root}/w2`) },
    { cmd: "echo m", sandbox_permissions: "use_default", additional_permissions: {} },
    { cmd: "git --version | cat" },
    { cmd: "wc -l a.txt" },
    { cmd: "head -1 a.txt" },
    { cmd: "head -1 a.txt | tail -1" },
    { cmd: "cat -n a.txt" },
    { cmd: "rm -rf sub" },
    { cmd: "sudo rm -f x" },
    { cmd: `touch ${root}/out2.txt` },
    { cmd: "cat <<EOF > made.txt\nhi\nEOF" },
    { cmd: "for i in 1 2; do echo $i; done" },
  ];
  return commands.flatMap(({ cmd, ...more }, index) => [
    index % 3 === 2 || MAY_BE_STOPPED.has(cmd as string)
      ? functionCall("shell_command", { command: cmd, ...more }, `c${index}`)
      : index % 3 === 1 && index > 3
        ? functionCall("shell", { command: ["bash", "-lc", cmd], ...more }, `c${index}`)
        : functionCall("exec_command", { cmd, ...more }, `c${index}`),
  ]);
}

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

function patches(root: string): ReplyItem[] {
  return [
    customToolCall("apply_patch", patch("*** Add File: p1.txt", "+p"), "p1"),
    customToolCall("apply_patch", patch("*** Update File: p1.txt", "@@", "-p", "+q"), "p2"),
    customToolCall("apply_patch", patch(`*** Add File: ${root}/p3.txt`, "+p"), "p3"),
    customToolCall("apply_patch", patch(`*** Update File: ${root}/p3.txt`, "@@", "-p", "+q"), "p4"),
    customToolCall(
      "apply_patch",
      patch("*** Update File: p1.txt", `*** Move to: ${root}/p5.txt`, "@@", "-q", "+r"),
      "p5",
    ),
    customToolCall("apply_patch", patch(`*** Delete File: ${root}/p5.txt`), "p6"),
    functionCall("exec_command", { cmd: `apply_patch <<'EOF'\n${patch("*** Add File: ../p7.txt", "+p")}\nEOF` }, "p7"),
    functionCall(
      "shell_command",
      { command: `cd sub && apply_patch <<'EOF'\n${patch("*** Add File: p8.txt", "+p")}\nEOF` },
      "p8",
    ),
  ];
}

type Decisions = readonly unknown[];

function answering(decisions: Decisions, ...prompts: string[]) {
  return async (drive: Drive) => {
    let asked = 0;
    drive.answer = ({ method }) =>
      method === "item/permissions/requestApproval"
        ? { result: { permissions: {}, scope: "turn" } }
        : { result: { decision: decisions[asked++ % decisions.length] } };
    const thread = await drive.thread();
    for (const prompt of prompts) await drive.turn(thread, prompt);
  };
}

const oneByOne = (items: readonly ReplyItem[]) => [...items.map(item => ({ items: [item] })), "done"];

function rights(policy: string, mode: string, answers: string, decisions: Decisions, features = "") {
  return scenario(
    `rights that calls ask for: ${policy}, ${mode}, ${answers}${features === "" ? "" : ", permissions of their own"}`,
    {
      script: { of: ({ root }) => [...oneByOne(asks(root)), ...oneByOne(patches(root))] },
      config: `sandbox_mode = "${mode}"\napproval_policy = ${POLICIES[policy]!}`,
      tables: "[sandbox_workspace_write]\nexclude_slash_tmp = true\nexclude_tmpdir_env_var = true",
      features,
      files: { "work/a.txt": "a\n", "work/sub/s.txt": "s", "home/rules/default.rules": RULES },
    },
    answering(decisions, "go", "patch"),
  );
}

const OWN = "exec_permission_approvals = true";

/** What calls get that ask for more than they have: under every policy, in every sandbox, with every answer. */
export const rightsOfCalls = [
  rights("on request", "workspace-write", "accepted", ["accept"], OWN),
  rights("on request", "read-only", "declined", ["decline"]),
  rights("on request", "danger-full-access", "one by one", ["acceptForSession", "decline", "accept"]),
  rights("granular, all", "workspace-write", "one by one", ["acceptForSession", "decline", "accept"]),
  rights("granular, all", "read-only", "accepted", ["accept"], OWN),
  rights("granular, no sandbox approvals", "workspace-write", "accepted", ["accept"]),
  rights("granular, no rules", "workspace-write", "accepted", ["accept"]),
  rights("granular, no requests for permissions", "read-only", "accepted", ["accept"], OWN),
  rights("untrusted", "workspace-write", "accepted", ["accept"], OWN),
  rights("untrusted", "danger-full-access", "one by one", ["acceptForSession", "decline", "accept"]),
  rights("on failure", "read-only", "one by one", ["decline", "acceptForSession"], OWN),
  rights("on failure", "workspace-write", "accepted", ["accept"]),
  rights("never", "workspace-write", "accepted", ["accept"], OWN),
  rights("never", "danger-full-access", "accepted", ["accept"]),
];

/** Patches that the sandbox stops after they were let through. */
export const stoppedPatches = ["on request", "on failure", "granular, all"].flatMap(policy =>
  ["read-only", "workspace-write"].map(mode =>
    scenario(
      `patches that the sandbox stops: ${policy}, ${mode}`,
      {
        script: {
          of: ({ root }) => [
            ...oneByOne(
              [
                ["*** Add File: new/folder/p.txt", "+p"],
                [`*** Add File: ${root}/new/folder/p.txt`, "+p"],
                [`*** Add File: ${root}/there.txt`, "+p"],
                [`*** Delete File: ${root}/x/gone.txt`],
                [`*** Update File: ${root}/x/a.txt`, `*** Move to: ${root}/y/b.txt`, "@@", "-a", "+b"],
                ["*** Add File: /proc/nope/x", "+p"],
                ["*** Add File: s.txt/under", "+p"],
              ].map((lines, n) => customToolCall("apply_patch", patch(...lines), `p${n}`)),
            ),
          ],
        },
        config: `sandbox_mode = "${mode}"\napproval_policy = ${POLICIES[policy]!}`,
        tables: "[sandbox_workspace_write]\nexclude_slash_tmp = true\nexclude_tmpdir_env_var = true",
        files: { "work/s.txt": "s", "work/sub/s.txt": "s", "x/gone.txt": "g", "x/a.txt": "a\n" },
      },
      answering(["accept"], "go"),
    ),
  ),
);

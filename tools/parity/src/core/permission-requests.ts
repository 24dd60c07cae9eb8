import { functionCall, type Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario } from "./stage.ts";

/** Permissions that a model may ask for, right and wrong. */
function profiles(root: string): readonly unknown[] {
  const entry = (where: unknown, access: string) => ({ file_system: { entries: [{ path: where, access }] } });
  return [
    {},
    { network: {} },
    { network: { enabled: false } },
    { network: { enabled: true } },
    { network: { enabled: null } },
    { network: null, file_system: null },
    { network: true },
    { file_system: {} },
    { file_system: { read: [], write: [] } },
    { file_system: { read: null, write: [`${root}/x`] } },
    { file_system: { write: ["sub", "../up", "./a/../b", "~/mine", ""] } },
    { file_system: { read: [`${root}/x`, `${root}/x`] } },
    { file_system: { read: [`${root}/x`], write: [`${root}/x`] } },
    { file_system: { read: [3] } },
    { file_system: { read: "text" } },
    { file_system: { write: [`${root}/*.txt`] } },
    { file_system: { write: ["/"] } },
    { file_system: { entries: [] } },
    entry({ type: "path", path: `${root}/x` }, "write"),
    entry({ type: "path", path: `${root}/x` }, "none"),
    entry({ type: "path", path: "rel" }, "read"),
    entry({ type: "glob_pattern", pattern: `${root}/**/*.env` }, "none"),
    entry({ type: "glob_pattern", pattern: "*.env" }, "read"),
    entry({ type: "special", value: { kind: "root" } }, "read"),
    entry({ type: "special", value: { kind: "cwd" } }, "write"),
    entry({ type: "special", value: { kind: "tmpdir" } }, "write"),
    entry({ type: "special", value: { kind: "odd" } }, "write"),
    entry({ type: "path", path: `${root}/x` }, "odd"),
    { file_system: { entries: [{ path: { type: "path", path: `${root}/x` }, access: "read" }], read: [`${root}/y`] } },
    {
      file_system: { entries: [{ path: { type: "path", path: `${root}/x` }, access: "read" }], glob_scan_max_depth: 3 },
    },
    { file_system: { read: [`${root}/x`], more: 1 } },
    { network: { enabled: true, more: 1 } },
    { more: 1 },
    { network: { enabled: true }, macos: {} },
    null,
    [],
    "text",
  ];
}

type Answer = (drive: Drive, params: Json) => Json;

const POLICIES: Readonly<Record<string, string>> = {
  "on request": '"on-request"',
  untrusted: '"untrusted"',
  "on failure": '"on-failure"',
  never: '"never"',
  granular:
    "{ granular = { sandbox_approval = true, rules = true, mcp_elicitations = true, request_permissions = true } }",
  "granular without them":
    "{ granular = { sandbox_approval = true, rules = true, mcp_elicitations = true, request_permissions = false } }",
};

function asked(name: string, policy: string, answer: Answer, list: (root: string) => readonly unknown[] = profiles) {
  return scenario(
    `permissions that the model asks for: ${name}`,
    {
      script: {
        of: ({ root }) => [
          ...list(root).map((permissions, n) => ({
            items: [
              functionCall(
                "request_permissions",
                n % 2 === 0 ? { reason: "why", permissions } : { permissions },
                `c${n}`,
              ),
            ],
          })),
          {
            items: [
              functionCall("exec_command", { cmd: `sleep 0.5; touch ${root}/x/made; cat ${root}/secret.txt` }, "e1"),
            ],
          },
          { items: [functionCall("request_permissions", {}, "m1")] },
          {
            items: [
              functionCall("request_permissions", { permissions: { network: { enabled: true } }, reason: 3 }, "m2"),
            ],
          },
          {
            items: [
              functionCall(
                "request_permissions",
                { permissions: { network: { enabled: true } }, reason: null, more: 1 },
                "m3",
              ),
            ],
          },
          "done",
          { items: [functionCall("exec_command", { cmd: `sleep 0.5; touch ${root}/x/later` }, "e2")] },
          "end",
        ],
      },
      config: `sandbox_mode = "read-only"\napproval_policy = ${POLICIES[policy]!}`,
      features: "request_permissions_tool = true",
      files: { "x/there.txt": "x", "secret.txt": "s", "work/a.txt": "a" },
    },
    async drive => {
      drive.answer = ({ method, params }) =>
        method === "item/permissions/requestApproval"
          ? { result: answer(drive, params ?? {}) }
          : { result: { decision: "decline" } };
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await drive.turn(thread, "on");
    },
  );
}

const everything =
  (scope: string): Answer =>
  (_drive, params) => ({ permissions: params["permissions"], scope });

/** Requests for permissions: under every policy, of every shape, with every scope. */
export const permissionRequests = [
  asked("granted for the turn", "on request", everything("turn")),
  asked("granted for the session", "on request", everything("session"), root => profiles(root).slice(8, 13)),
  asked(
    "granted in no scope",
    "granular",
    (_drive, params) => ({ permissions: params["permissions"] as Json }),
    root => profiles(root).slice(3, 12),
  ),
  asked(
    "granted in part",
    "untrusted",
    (_drive, params) => ({ permissions: { fileSystem: (params["permissions"] as Json)["fileSystem"] }, scope: "turn" }),
    root => profiles(root).slice(3, 12),
  ),
  ...["on failure", "never", "granular without them"].map(policy =>
    asked(policy, policy, everything("turn"), root => profiles(root).slice(0, 6)),
  ),
];

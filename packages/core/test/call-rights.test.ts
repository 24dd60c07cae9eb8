import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { type AdditionalPermissionProfile, emptyPathFs, pathEntry } from "@codex-ts/permissions";
import type { AskForApproval } from "@codex-ts/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { availableDecisions } from "../src/approvals/available-decisions.ts";
import { executionOf, type RequestedRights, settleRights } from "../src/approvals/call-rights.ts";
import { readClientDecision, readPatchDecision } from "../src/approvals/client-decision.ts";
import { mayAsk, routesToReviewer } from "../src/approvals/policy-flags.ts";
import { attemptProfile } from "../src/exec/attempt.ts";
import { openWorld, outputs, type World } from "./harness.ts";

const GRANULAR = { granular: { sandbox_approval: true, rules: true, mcp_elicitations: true } } as AskForApproval;
const GRANULAR_NAME =
  "Granular(GranularApprovalConfig { sandbox_approval: true, rules: true, skill_approval: false, request_permissions: false, mcp_elicitations: true })";

function settle(
  requested: Partial<RequestedRights>,
  facts: { policy?: AskForApproval; on?: boolean; granted?: AdditionalPermissionProfile } = {},
  dialect: "shell" | "exec_command" = "shell",
) {
  const request = {
    sandboxPermissions: "use_default",
    additionalPermissions: undefined,
    justification: null,
    prefixRule: null,
  };
  return settleRights(
    { ...request, ...requested } as RequestedRights,
    {
      approvalPolicy: facts.policy ?? "on-request",
      grants: { session: facts.granted ?? null, turn: null },
      featureEnabled: facts.on ?? true,
      context: { cwd: "/work", fs: emptyPathFs },
      home: null,
    },
    dialect,
  );
}

const WITH = { sandboxPermissions: "with_additional_permissions" } as const;
const ESCALATED = { sandboxPermissions: "require_escalated" } as const;
const writes = (...paths: string[]) => ({ file_system: { write: paths } });
const granted = (...paths: string[]): AdditionalPermissionProfile => ({
  network: null,
  file_system: { entries: paths.map(path => pathEntry(path, "write")) },
});

const DISABLED =
  "additional permissions are disabled; enable `features.exec_permission_approvals` before using `with_additional_permissions`";
const MISSING =
  "missing `additional_permissions`; provide at least one of `network` or `file_system` when using `with_additional_permissions`";
const EMPTY = "`additional_permissions` must include at least one requested permission in `network` or `file_system`";
const WRONG_MODE = "`additional_permissions` requires `sandbox_permissions` set to `with_additional_permissions`";
const refused = (policy: string, what: string) => `approval policy is ${policy}; reject command — you ${what}`;
const mayNotRequest = (policy: string) =>
  refused(policy, "cannot request additional permissions unless the approval policy is OnRequest");
const mayNotEscalate = (policy: string, verb: string) =>
  refused(policy, `${verb} ask for escalated permissions if the approval policy is ${policy}`);

describe("what a call may not ask for is refused in words that say why", () => {
  test.each([
    ["shell", WITH, {}, MISSING],
    ["shell", { ...WITH, additionalPermissions: {} }, {}, EMPTY],
    ["shell", { ...WITH, additionalPermissions: { bogus: 1 } }, {}, EMPTY],
    ["shell", { ...ESCALATED, additionalPermissions: writes("/x") }, {}, WRONG_MODE],
    ["shell", WITH, { on: false }, DISABLED],
    ["shell", { ...ESCALATED, additionalPermissions: writes("/x") }, { on: false }, DISABLED],
    ["shell", { additionalPermissions: writes("/x") }, { on: false }, DISABLED],
    ["shell", WITH, { on: false, policy: "never" }, DISABLED],
    ["shell", WITH, { policy: "untrusted" }, mayNotRequest("UnlessTrusted")],
    ["shell", WITH, { policy: GRANULAR }, mayNotRequest(GRANULAR_NAME)],
    ["shell", { ...ESCALATED, additionalPermissions: writes("/x") }, { policy: "untrusted" }, WRONG_MODE],
    ["shell", ESCALATED, { policy: "never" }, mayNotEscalate("Never", "should not")],
    ["shell", ESCALATED, { policy: "on-failure" }, mayNotEscalate("OnFailure", "should not")],
    ["exec_command", WITH, { policy: "untrusted" }, mayNotEscalate("UnlessTrusted", "cannot")],
    ["exec_command", { additionalPermissions: writes("/x") }, { policy: "never" }, mayNotEscalate("Never", "cannot")],
    ["exec_command", ESCALATED, { policy: GRANULAR }, mayNotEscalate(GRANULAR_NAME, "cannot")],
  ] as const)("%s %j %j", (dialect, requested, facts, text) => {
    expect(() => settle(requested, facts, dialect)).toThrow(text);
  });
});

test("an object alone asks for additional permissions, with paths from the call's folder", () => {
  expect(settle({ additionalPermissions: writes("rel") })).toMatchObject({
    sandboxPermissions: "with_additional_permissions",
    additionalPermissions: granted("/work/rel"),
    preapproved: false,
  });
});

test.each(["never", "untrusted", "on-request", GRANULAR] as const)(
  "what was granted before needs no question and no feature under %j",
  policy => {
    const before = { policy, on: false, granted: granted("/x") };
    const implicit = settle({}, before);
    expect(implicit).toMatchObject({ sandboxPermissions: "with_additional_permissions", preapproved: true });
    expect(settle({ ...WITH, additionalPermissions: writes("/x") }, before).preapproved).toBe(true);
    expect(executionOf(implicit)).toEqual({
      kind: "permissions",
      permissions: { kind: "additional", permissions: granted("/x") },
    });
  },
);

test("a grant does not widen what a call asks for beyond it, nor a call that leaves the sandbox", () => {
  const before = { granted: granted("/x") };
  expect(settle({ ...WITH, additionalPermissions: writes("/y") }, before).preapproved).toBe(false);
  expect(settle(ESCALATED, before)).toMatchObject({ additionalPermissions: null, preapproved: false });
  expect(executionOf(settle(ESCALATED, before))).toEqual({ kind: "unsandboxed" });
});

test("an approved widening is laid over the turn's permissions, never over more", () => {
  const turn = {
    type: "managed",
    file_system: { type: "restricted", entries: [pathEntry("/", "read")] },
    network: "restricted",
  } as const;
  const execution = executionOf(settle({ ...WITH, additionalPermissions: writes("/x") }));
  expect(
    attemptProfile(execution, { ...turn, file_system: { type: "restricted", entries: [...turn.file_system.entries] } }),
  ).toEqual({
    type: "managed",
    file_system: { type: "restricted", entries: [pathEntry("/", "read"), pathEntry("/x", "write")] },
    network: "restricted",
  });
  expect(attemptProfile(execution, { type: "disabled" })).toEqual({ type: "disabled" });
  expect(attemptProfile({ kind: "unsandboxed" }, { type: "disabled" })).toBeNull();
});

test("the answers that a question offers follow from what it is about", () => {
  const question = { network: false, additionalPermissions: false, amendment: null, networkAmendments: null };
  const allow = { host: "a.com", action: "allow" } as const;
  const deny = { host: "a.com", action: "deny" } as const;
  expect(availableDecisions(question)).toEqual(["accept", "cancel"]);
  expect(availableDecisions({ ...question, amendment: ["ls"] })).toEqual([
    "accept",
    { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["ls"] } },
    "cancel",
  ]);
  expect(availableDecisions({ ...question, amendment: ["ls"], additionalPermissions: true })).toEqual([
    "accept",
    "cancel",
  ]);
  expect(availableDecisions({ ...question, network: true })).toEqual(["accept", "acceptForSession", "cancel"]);
  expect(availableDecisions({ ...question, network: true, networkAmendments: [allow, deny] })).toEqual([
    "accept",
    "acceptForSession",
    { applyNetworkPolicyAmendment: { network_policy_amendment: allow } },
    "cancel",
  ]);
});

test("a client's decision is read exactly, and everything else is a refusal", () => {
  const rule = { applyNetworkPolicyAmendment: { network_policy_amendment: { host: "a.com", action: "deny" } } };
  const prefix = { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git"] } };
  const read = (decision: unknown) => readClientDecision({ decision });
  expect(["accept", "acceptForSession", "cancel", "decline"].map(word => read(word).type)).toEqual([
    "approved",
    "approvedForSession",
    "abort",
    "denied",
  ]);
  expect([read(rule), read(prefix)]).toEqual([
    { type: "networkAmendment", host: "a.com", action: "deny" },
    { type: "approvedWithAmendment", prefix: ["git"], scope: "user" },
  ]);
  for (const odd of [
    undefined,
    "Accept",
    1,
    [],
    {},
    { accept: null },
    { applyNetworkPolicyAmendment: { network_policy_amendment: { host: "a", action: "maybe" } } },
  ]) {
    expect(read(odd).type).toBe("denied");
  }
  expect([readPatchDecision({ decision: rule }).type, readPatchDecision({ decision: prefix }).type]).toEqual([
    "denied",
    "denied",
  ]);
});

test("a granular policy switches each kind of question for itself", () => {
  const kinds = ["sandbox_approval", "rules", "skill_approval", "request_permissions", "mcp_elicitations"] as const;
  expect(kinds.map(kind => mayAsk(GRANULAR, kind))).toEqual([true, true, false, false, true]);
  expect(kinds.map(kind => mayAsk("never", kind))).toEqual([false, false, false, false, false]);
  expect(kinds.map(kind => mayAsk("untrusted", kind))).toEqual([true, true, true, true, true]);
  const policies = ["never", "untrusted", "on-failure", "on-request", GRANULAR] as const;
  expect(policies.map(policy => routesToReviewer(policy, "guardian_subagent"))).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
  expect(policies.some(policy => routesToReviewer(policy, "user"))).toBe(false);
});

describe("in a real sandbox", () => {
  let world: World;
  afterEach(() => world.close());

  test("an approved command writes where it was allowed to, and nowhere else", async () => {
    world = await openWorld(
      (_request, { n }) => {
        const [a, b] = [join(world.home, "a"), join(world.home, "b")];
        const rights = { sandbox_permissions: "with_additional_permissions", additional_permissions: writes(a) };
        const cmd = `touch ${a}/ok; touch ${b}/no`;
        return n === 0
          ? { items: [functionCall("exec_command", { cmd, ...rights, justification: "why" }, "c1")] }
          : { text: "done" };
      },
      {
        config:
          'approval_policy = "on-request"\nsandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nexclude_tmpdir_env_var = true\nexclude_slash_tmp = true\n[features]\nexec_permission_approvals = true',
      },
    );
    for (const name of ["a", "b"]) await mkdir(join(world.home, name));
    const listening = await world.start();
    const asked: unknown[] = [];
    listening.answer = request => {
      asked.push(request.params);
      return { decision: "accept" };
    };
    await listening.turn("go");
    expect(asked).toMatchObject([
      {
        reason: "why",
        additionalPermissions: { network: null, fileSystem: { write: [join(world.home, "a")] } },
        availableDecisions: ["accept", "cancel"],
      },
    ]);
    await access(join(world.home, "a", "ok"));
    await expect(access(join(world.home, "b", "no"))).rejects.toThrow("ENOENT");
    expect(outputs(world.server.requests[1]!.body)["c1"]).toContain("Read-only file system");
  });
});

import {
  applyPatch,
  ApplyPatchError,
  assessPatchSafety,
  verifyPatch,
  type Patch,
  type PatchPlan,
} from "@codex-ts/apply-patch";
import { nodePatchFs } from "@codex-ts/apply-patch/node";
import { type EscalationExecution, merge, type PermissionProfile } from "@codex-ts/permissions";
import { dirname } from "node:path";
import { cacheKey } from "../approvals/approval-cache.ts";
import { Rejected } from "../approvals/decision.ts";
import { askAboutPatch } from "../approvals/patch-question.ts";
import { grantsOf } from "../approvals/grants.ts";
import { runGuarded } from "../approvals/pipeline.ts";
import { mayRetryPatchUnsandboxed } from "../approvals/retry-policy.ts";
import { attemptProfile } from "../exec/attempt.ts";
import { commandEnvironment } from "../exec/environment.ts";
import { sandboxHost } from "../exec/sandbox-host.ts";
import {
  accessMatcher,
  legacyPolicy,
  permissionContext,
  withOverlay,
  withWritableFolders,
} from "../exec/permissions.ts";
import { guardedReads, readGuard, type ReadGuard } from "../exec/read-guard.ts";
import { SandboxedPatchFs } from "../exec/sandboxed-patch-fs.ts";
import { needsSandbox } from "../exec/sandbox-choice.ts";
import { structuredOutput } from "../history/freeform-output.ts";
import { PatchItem } from "../items/patch-item.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { RespondToModel, type ToolContext, type ToolResult } from "./tool.ts";

interface PatchOutcome {
  ok: boolean;
  text: string;
  denied: boolean;
  durationMs: number;
}

/**
 * Applies a patch for a call: checked against the files, approved where needed, written inside the sandbox, shown as an item.
 * @param fits called when the patch fits the files, before anything else comes of it
 */
export async function runPatch(
  callId: string,
  context: ToolContext,
  patch: Patch,
  cwd: string,
  fits: () => void = () => {},
): Promise<ToolResult & { applied: boolean }> {
  const { turn } = context;
  const places = { cwd, home: turn.session.services.env["HOME"] ?? null };
  const { settings } = turn.context;
  const grants = grantsOf(turn);
  const permissions = withOverlay(settings.permissions, merge(grants.session, grants.turn));
  const reads = readGuard(permissions, permissionContext(settings.cwd, turn.session.services));
  const plan = await verified(() => verifyPatch(patch, { ...places, fs: { ...nodePatchFs, ...guardedReads(reads) } }));
  fits();
  const access = accessMatcher(permissions, settings.cwd, turn.session.services);
  const safety = assessPatchSafety({
    touched: plan.touched,
    approvalPolicy: settings.approvalPolicy,
    isWritable: path => access.canWrite(path),
    sandbox: sandboxKind(turn),
    platformSandbox: true,
  });
  if (safety.decision === "reject") throw new RespondToModel(`patch rejected: ${safety.reason}`);

  const item = new PatchItem(turn, callId, plan.changes);
  const unwritable = plan.touched.filter(path => !access.canWrite(path)).map(path => dirname(path));
  // The changes are on the screen before anybody, a hook included, is asked about them.
  item.start();
  await turn.diff.patchIsShown(plan.changes);
  let outcome: PatchOutcome;
  try {
    outcome = await runGuarded<PatchOutcome>(turn, {
      callId,
      requirement:
        safety.decision === "ask"
          ? { type: "ask", reason: null, personOnly: false }
          : { type: "skip", bypassSandbox: !safety.sandboxed },
      execution: { kind: "turn-default" },
      mayRetryUnsandboxed: mayRetryPatchUnsandboxed(settings.approvalPolicy),
      cacheKeys: plan.touched.map(path => cacheKey({ patch: path })),
      hook: { toolName: "apply_patch", toolInput: { command: patch.text } },
      review: { kind: "apply_patch", cwd, files: plan.touched, patch: patch.text },
      askUser: reason => askAboutPatch(turn, item, callId, reason),
      attempt: execution =>
        attempt(context, item, {
          patch,
          plan,
          places,
          execution,
          reads,
          permissions: withWritableFolders(permissions, unwritable),
        }),
      denial: ({ denied }) => (denied ? { network: null } : null),
    });
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    item.complete("declined");
    throw new RespondToModel(error.byPerson ? "patch rejected by user" : error.message);
  }
  item.complete(outcome.ok ? "completed" : "failed", outcome.text);
  await turn.emitDiff();
  return {
    applied: outcome.ok,
    body: structuredOutput({ exitCode: outcome.ok ? 0 : 1, durationMs: outcome.durationMs, text: outcome.text }),
  };
}

interface Attempt {
  patch: Patch;
  plan: PatchPlan;
  places: { cwd: string; home: string | null };
  execution: EscalationExecution;
  reads: ReadGuard;
  /** What a sandboxed attempt may do: the turn's permissions, what was granted, and the folders that the approved patch writes. */
  permissions: PermissionProfile;
}

async function attempt(
  { turn, signal }: ToolContext,
  item: PatchItem,
  { patch, plan, places, execution, permissions, reads }: Attempt,
): Promise<PatchOutcome> {
  const { session, context } = turn;
  const { settings } = context;
  item.start();
  await turn.diff.patchBegins(plan.changes);
  const startedAt = session.services.clock.monotonic();
  const profile = attemptProfile(execution, permissions);
  const fs =
    profile === null || !needsSandbox(profile)
      ? nodePatchFs
      : new SandboxedPatchFs({
          profile,
          policyCwd: settings.cwd,
          env: commandEnvironment(session),
          host: sandboxHost(session),
          signal,
          reads,
        });
  const durationMs = () => session.services.clock.monotonic() - startedAt;
  try {
    const { summary } = await applyPatch(patch, { ...places, fs, signal });
    item.delta(summary);
    return { ok: true, text: summary, denied: false, durationMs: durationMs() };
  } catch (error) {
    if (!(error instanceof ApplyPatchError)) throw error;
    const text = `${error.message}\n`;
    item.delta(text);
    const denied = fs instanceof SandboxedPatchFs && (await soundsDenied(text));
    return { ok: false, text, denied, durationMs: durationMs() };
  } finally {
    if (fs instanceof SandboxedPatchFs) await fs.close();
  }
}

/** A file that could not be written in the sandbox counts as stopped by it, whatever the system said; a folder that could not be made does not. */
async function soundsDenied(text: string): Promise<boolean> {
  const { isLikelySandboxDenied } = await import("@codex-ts/sandbox");
  return isLikelySandboxDenied({ sandbox: "bwrap", exitCode: 1, stdout: "", stderr: text, aggregated: text });
}

function sandboxKind(turn: TurnScope): "danger-full-access" | "external" | "read-only" | "managed" {
  const { settings } = turn.context;
  switch (legacyPolicy(settings.permissions, settings.cwd, turn.session.services).type) {
    case "danger-full-access":
      return "danger-full-access";
    case "external-sandbox":
      return settings.permissions.type === "external" ? "external" : "managed";
    case "read-only":
      return "read-only";
    case "workspace-write":
      return "managed";
  }
}

/** Runs a step that checks a patch; what is wrong with it becomes the model's to read. */
export async function verified<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ApplyPatchError)
      throw new RespondToModel(`apply_patch verification failed: ${error.forModel}`);
    throw error;
  }
}
